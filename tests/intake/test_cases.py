"""Pasted pages, saved in many ways: the article and nothing else."""

import json

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, read
from retrieval.text.folding import squeeze
from tests.support.project import ROOT

PAGE = (ROOT / "data" / "lanzhou-2020-02-24.txt").read_text(encoding="utf-8")
CASES = ROOT.parent / "shared" / "cases"
NUMBERS = sorted(folder.name[:3] for folder in CASES.glob("[0-9]*"))
HEADINGS = [
    "开启了政商沟通交流的新模式",
    "中企思智库表示愿与兰州市全面合作",
    "“‘网上签’以后应该成为常态”",
    "力争18个新招商引资项目实现开工",
]

SAVED = {
    "as it is": PAGE.encode(),
    "with Windows line ends": PAGE.replace("\n", "\r\n").encode(),
    "with bare carriage returns": PAGE.replace("\n", "\r").encode(),
    "in GB18030": PAGE.encode("gb18030"),
    "in UTF-8 with a byte order mark": b"\xef\xbb\xbf" + PAGE.encode(),
    "in UTF-16, little end first, with a mark": b"\xff\xfe" + PAGE.encode("utf-16-le"),
    "in UTF-16, big end first, with a mark": b"\xfe\xff" + PAGE.encode("utf-16-be"),
    "in UTF-16 without a mark": PAGE.encode("utf-16-le"),
    "with one bad byte": PAGE.encode()[:1290] + b"\xff" + PAGE.encode()[1290:],
    "with blanks of every kind before the lines": PAGE.replace("\n\n", "\n\n\u3000\u3000\xa0").encode(),
    "with soft hyphens and zero-width blanks": PAGE.replace("签约", "签\u00ad约\u200b").encode(),
    "with right-to-left marks": ("\u202b" + PAGE.replace("签约", "签\u200f约") + "\u202c").encode(),
}


def only_article(data: bytes, name: str = "page.txt") -> Article:
    articles = list(read(data, name))
    assert len(articles) == 1, articles
    assert isinstance(articles[0], Article), articles
    return articles[0]


@pytest.mark.parametrize("saved", SAVED)
def test_the_first_page_reads_the_same_in_every_saved_form(saved: str) -> None:
    article = only_article(SAVED[saved])
    assert article.title == "兰州创新招商签约模式省时省事 企业家纷纷叫好"
    assert (article.source, article.author, article.editor) == ("兰州晚报", "郭兰英", None)
    assert article.published == "2020-02-24 02:24"
    assert article.headings == HEADINGS
    assert len(article.paragraphs) == 9
    assert article.paragraphs[1].text.startswith("北京易华录信息技术股份有限公司是一家上市公司,在2月20日")
    assert article.paragraphs[1].heading == HEADINGS[0]


@pytest.mark.parametrize("cut", ["新闻推荐", "先锋引领", "新冠肺炎疫情发生以来", "光阴流水", "大字", "记者郭兰英文/图"])
def test_text_outside_the_article_is_removed(cut: str) -> None:
    assert cut not in only_article(PAGE.encode()).text


def test_a_heading_covers_the_paragraphs_until_the_next_heading() -> None:
    under = [paragraph.heading for paragraph in only_article(PAGE.encode()).paragraphs]
    assert under == [None, *[HEADINGS[0]] * 3, HEADINGS[1], HEADINGS[2], *[HEADINGS[3]] * 3]


META_LINES = {
    "来源：城北日报　时间：2024-03-05 09:30　作者：陈小雨": ("城北日报", "2024-03-05 09:30", "陈小雨"),
    "2024年3月5日 城北日报": ("城北日报", "2024-03-05", None),
    "二〇二四年三月五日 城北日报": ("城北日报", "2024-03-05", None),
    "2024.03.05 星期二 城北日报 A03版": ("城北日报", "2024-03-05", None),
    "２０２４-０３-０５ ０９：３０ 来源：城北日报": ("城北日报", "2024-03-05 09:30", None),
    "城北日报 2024/3/5 9:30 大字": ("城北日报", "2024-03-05 09:30", None),
}


@pytest.mark.parametrize("line", META_LINES)
def test_the_line_below_the_title_gives_source_date_and_author(line: str) -> None:
    text = f"城北新桥正式通车\n\n{line}\n\n城北新桥今天上午正式通车，全长一千二百米，总投资三亿元，双向六车道。"
    article = only_article(text.encode())
    assert article.title == "城北新桥正式通车"
    assert (article.source, article.published, article.author) == META_LINES[line]
    assert [paragraph.text for paragraph in article.paragraphs] == [text.split("\n\n")[2]]


def test_an_invalid_date_is_left_unknown() -> None:
    text = "城北新桥正式通车\n\n城北日报 2024-13-45\n\n城北新桥今天上午正式通车，全长一千二百米，总投资三亿元。"
    assert only_article(text.encode()).published is None


def test_a_news_flash_without_a_header_is_titled_by_its_first_sentence() -> None:
    article = only_article("城北新桥今天上午正式通车，全长一千二百米，总投资三亿元。市民可以免费通行。".encode())
    assert squeeze(article.text).startswith(squeeze(article.title))
    assert len(article.title) <= 30
    assert (article.source, article.published) == (None, None)


def test_several_articles_in_one_file_are_separated_by_a_rule() -> None:
    first = "城北新桥正式通车\n\n城北日报 2024-03-05\n\n城北新桥今天上午正式通车，全长一千二百米，总投资三亿元。"
    articles = list(read(f"{first}\n\n==========\n\n{PAGE}".encode(), "two.txt"))
    assert [article.title for article in articles if isinstance(article, Article)] == [
        "城北新桥正式通车",
        "兰州创新招商签约模式省时省事 企业家纷纷叫好",
    ]


def test_sentences_that_start_like_boilerplate_stay() -> None:
    guarded = "责任编辑制度在城北日报推行十年以来，差错率下降了八成，读者来信也少了一半。"
    also = "版权声明常被忽视，法律界人士提醒，转载新闻作品应当取得许可并注明来源。"
    text = f"报社推行新制度\n\n城北日报 2024-03-05\n\n{guarded}\n\n{also}"
    assert [paragraph.text for paragraph in only_article(text.encode()).paragraphs] == text.split("\n\n")[2:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n\n",
        "\u3000\n\ufeff\u200b".encode(),
        "太短了".encode(),
        bytes(range(256)) * 20,
        b"\x00\x01\x02" * 500,
    ],
    ids=["empty", "blank", "zero width", "three characters", "every byte", "control characters"],
)
def test_a_text_without_an_article_is_refused_with_a_sentence(data: bytes) -> None:
    refusals = list(read(data, "page.txt"))
    assert len(refusals) == 1
    assert isinstance(refusals[0], Refusal)
    assert refusals[0].item == "page.txt"
    assert refusals[0].reason.endswith("。")


@pytest.mark.parametrize("name", ["a.PDF", "a.docx", "a.zip", "a.csv", "a.json", "a.xml"])
def test_a_file_with_a_misleading_name_is_refused(name: str) -> None:
    assert [type(item) for item in read(PAGE.encode(), name)] == [Refusal]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_shared_cases_are_read_as_expected(number: str) -> None:
    folders = sorted(CASES.glob(f"{number}_*"))
    if not folders:
        pytest.skip("the shared cases are not beside this checkout")
    expected = json.loads((folders[0] / "expected.json").read_text(encoding="utf-8"))
    if expected["kind"] == "ask" or expected.get("stage") == "store":
        pytest.skip("a case for the search or the store")
    file = expected.get("file", f"input.{expected['kind']}")
    items = read((folders[0] / file).read_bytes(), file)
    articles = [item for item in items if isinstance(item, Article)]
    assert len(articles) == len(expected["articles"])
    for article, wanted in zip(articles, expected["articles"], strict=True):
        if wanted["title"] is not None:
            assert squeeze(article.title) == squeeze(wanted["title"])
        for name in (wanted.get("author") or "").split():
            assert name in (article.author or "")
        for field in ("source", "editor", "published"):
            if field not in wanted or (expected["real"] and wanted[field] is None):
                continue  # unknown, or named only elsewhere
            known = squeeze(wanted.get(field) or "")  # a day, where the page has the minute in a script only
            assert squeeze(getattr(article, field) or "")[: len(known) or None] == known, field
        for prefix in wanted["paragraph_prefixes"]:
            lines = article.text.split("\n")  # what a page prints as a paragraph may be a heading here
            starts = [squeeze(line).startswith(squeeze(prefix)) for line in lines]
            assert any(starts), prefix
        for heading in wanted.get("headings") or []:
            assert squeeze(heading) in map(squeeze, article.headings)
        for forbidden in wanted.get("forbidden") or []:
            assert squeeze(forbidden) not in squeeze(article.text)
