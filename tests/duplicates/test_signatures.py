"""Signatures of articles: similarity of edited copies and of different reports."""

import gzip
import itertools
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from retrieval.duplicates import signatures
from retrieval.text.sentences import sentences
from tests.support.project import ROOT

Paragraphs = list[str]
CORPUS = next((folder / "corpora/news_2023.jsonl.gz" for folder in (ROOT / "../shared",) if folder.is_dir()), None)
PLACES = ["青岭", "白沙", "云桥", "红柳", "石门", "月湖"]
_TRADITIONAL = OpenCC("s2t")


def report(number: int) -> Paragraphs:
    """A report of about 400 characters; each sentence is built from different parts."""
    rng = random.Random(number)
    who = [
        "市交通局",
        "县水务站",
        "区教育组",
        "省气象台",
        "镇卫生院",
        "市图书馆",
        "农科所",
        "消防队",
        "博物馆",
        "邮电局",
    ]
    did = ["公布了检修计划", "更换了旧设备", "招募了志愿者", "延长了开放时间", "检查了安全通道", "试种了新品种"]
    why = ["因为汛期将至", "由于游客增多", "为方便沿线居民", "按照年初的安排", "应村民的请求", "在专家论证之后"]
    then = ["预计下周完工", "费用由财政承担", "居民表示欢迎", "结果将张榜公布", "有关路段暂时封闭", "附近商户照常营业"]
    letters = "春江潮水连海平滟随波千万里何处照人皆似霰空流霜觉飞汀白沙看见岛林草甸云树烟渚村楼月门谷岸芳"
    stories = ["".join(rng.choices(letters, k=12)) for _ in range(12)]
    lines = [
        f"{rng.choice(PLACES)}{rng.choice(who)}{rng.choice(why)}{rng.choice(did)}，{word}，{rng.choice(then)}。"
        for word in stories
    ]
    return ["".join(lines[start : start + 3]) for start in range(0, 12, 3)]


def edited(paragraphs: Paragraphs, share: float, rng: random.Random) -> Paragraphs:
    """The paragraphs with so large a share of their characters replaced, left out or doubled."""
    pool = "的一是在不了有和人这中大为上个国我以要他时来用们"
    copied = []
    for paragraph in paragraphs:
        letters = list(paragraph)
        for place in rng.sample(range(len(letters)), int(len(letters) * share)):
            letters[place] = rng.choice([rng.choice(pool), rng.choice(pool), "", letters[place] * 2])
        copied.append("".join(letters))
    return copied


def split(paragraphs: Paragraphs) -> list[str]:
    text = "\n".join(paragraphs)
    return [text[start:end] for start, end in sentences(text)]


def framed(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    head = "本站综合消息 记者自现场发回报道 编辑整理"
    tail = ["责任编辑：某某", "本文由合作媒体授权转载，内容仅供参考。", "想看更多内容，请下载本站客户端。"]
    return [head, *paragraphs, *tail]


def shortened(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    left = split(paragraphs)
    left = left[: max(3, int(len(left) * 0.7))]
    for _ in range(2):
        left.pop(rng.randrange(len(left))) if len(left) > 2 else None
    return ["".join(left)]


def halved(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    left = split(paragraphs)
    return ["".join(left[: -(-len(left) // 2)])]


EDITS: dict[str, Callable[[Paragraphs, random.Random], Paragraphs]] = {
    "new header and tail": framed,
    "last 30 % cut and two sentences out": shortened,
    "first half only": halved,
    "3 % edited": lambda paragraphs, rng: edited(paragraphs, 0.03, rng),
    "8 % edited": lambda paragraphs, rng: edited(paragraphs, 0.08, rng),
    "paragraphs shuffled": lambda paragraphs, rng: rng.sample(paragraphs, len(paragraphs)),
    "in traditional characters": lambda paragraphs, rng: [_TRADITIONAL.convert(paragraph) for paragraph in paragraphs],
}


def recognised(articles: Sequence[Paragraphs], edit: Callable[[Paragraphs, random.Random], Paragraphs]) -> float:
    """The share of articles that are similar to their edited copy and share a key with it."""
    rng = random.Random(7)
    right = 0
    for paragraphs in articles:
        original, copied = signatures.signature(paragraphs), signatures.signature(edit(paragraphs, rng))
        right += signatures.alike(original, copied) and bool(
            set(signatures.keys(original)) & set(signatures.keys(copied))
        )
    return right / len(articles)


def false_pairs(articles: Sequence[Paragraphs]) -> list[tuple[int, int]]:
    signed = [signatures.signature(article) for article in articles]
    pairs = itertools.combinations(range(len(articles)), 2)
    return [(first, second) for first, second in pairs if signatures.alike(signed[first], signed[second])]


REPORTS = [report(number) for number in range(60)]


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_copy_is_recognized(edit: Callable[[Paragraphs, random.Random], Paragraphs]) -> None:
    assert recognised(REPORTS, edit) >= 0.97


def test_different_reports_that_share_phrases_are_not_similar() -> None:
    assert false_pairs(REPORTS) == []


@pytest.fixture(scope="module")
def real_articles() -> list[Paragraphs]:
    """140 news of the corpus, far apart in it, so that hardly any two report one event."""
    if CORPUS is None or not CORPUS.is_file():
        pytest.skip("the corpora beside the project are not there")
    return spread(CORPUS, 140, 97)


def spread(path: Path, wanted: int, step: int) -> list[Paragraphs]:
    chosen: list[Paragraphs] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        for number, (_, group) in enumerate(itertools.groupby(rows, lambda row: row["article_id"])):
            if number % step == 0:
                chosen.append([row["text"] for row in group])
            if len(chosen) == wanted:
                break
    return chosen


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_edited_copies_of_real_articles_are_recognized(
    real_articles: list[Paragraphs], edit: Callable[[Paragraphs, random.Random], Paragraphs]
) -> None:
    assert recognised(real_articles, edit) >= 0.97


def test_nine_thousand_pairs_of_real_articles_have_no_similar_pair(real_articles: list[Paragraphs]) -> None:
    assert len(real_articles) * (len(real_articles) - 1) / 2 > 9000
    assert false_pairs(real_articles) == []


@pytest.mark.parametrize(
    "other",
    [
        "臺灣鐵路昨日通車，全長１２公里。",
        "台湾铁路昨日通车 全长12公里。",
        " 台湾铁路，昨日通车：全长12公里！",
        "“台湾铁路”昨日通车，全长12公里",
    ],
)
def test_width_case_script_and_punctuation_do_not_change_a_signature(other: str) -> None:
    assert signatures.signature([other]) == signatures.signature(["台湾铁路昨日通车，全长12公里。"])


@given(st.text(max_size=80), st.text(max_size=80))
def test_similarity_is_symmetric_and_a_text_is_similar_to_itself(text: str, another: str) -> None:
    first, second = signatures.signature([text]), signatures.signature([another])
    for measure in (signatures.similarity, signatures.containment, signatures.alike):
        assert measure(first, second) == measure(second, first)
    assert signatures.alike(first, first) == (first != b"")
    assert signatures.keys(first) == signatures.keys(first)
    assert all(-(2**63) <= key < 2**63 for key in signatures.keys(first))


def test_shingles_do_not_depend_on_how_a_text_is_split() -> None:
    whole, parts = (signatures.signature(pieces) for pieces in (["".join(REPORTS[0])], REPORTS[0]))
    assert signatures.similarity(whole, parts) == signatures.containment(whole, parts) == 1


@pytest.mark.parametrize("nothing", [[], [""], ["。，！"], ["\n", " "]])
def test_a_text_without_letters_is_similar_to_nothing(nothing: list[str]) -> None:
    empty = signatures.signature(nothing)
    assert (empty, signatures.keys(empty)) == (b"", [])
    assert not signatures.alike(empty, empty)


def test_one_common_sentence_does_not_make_a_reprint() -> None:
    notice = "欢迎广大读者拨打热线提供新闻线索。"
    first, second = (signatures.signature([REPORTS[number][0][:40], notice]) for number in (1, 2))
    assert signatures.containment(first, second) == 0
    assert not signatures.alike(first, second)


def test_a_footer_shared_by_a_site_does_not_make_a_reprint() -> None:
    notice = "欢迎拨打热线电话。未经授权不得转载。侵权请联系删除。更多内容请看首页。网站不担保其真实。"
    rng = random.Random(3)
    own = [["".join(map(chr, rng.choices(range(0x4E00, 0x6000), k=40))) + "。" for _ in range(4)] for _ in range(2)]
    first, second = (signatures.signature([*paragraphs, notice]) for paragraphs in own)
    assert signatures.containment(first, second) >= signatures.CONTAINED
    assert not signatures.alike(first, second)
