"""Header: which lines end it, which line is the title, and what becomes of the other lines."""

from dataclasses import dataclass, field

import pytest

from retrieval.intake.prose import header, lines
from retrieval.intake.prose.byline import Byline

TITLE = "城北新桥今天上午通车"
DATED = "2024-05-08 09:05 来源：城北日报"
BODY = "昨天上午，城北新桥正式通车，许多市民前往参观。"
SUBTITLE = "市民可以步行过江到对岸"
READ = Byline("城北日报", published="2024-05-08 09:05")
MINUTE = Byline(published="2024-05-08 09:05")
NOTHING = Byline()


@dataclass(frozen=True)
class Case:
    """The lines of a text, and the header that they have."""

    text: list[str]
    title: str | None = TITLE
    byline: Byline = READ
    body: list[str] = field(default_factory=lambda: [BODY])
    known_title: str | None = None


CASES = {
    # Title
    "the title stands above the byline": Case([TITLE, DATED, BODY]),
    "the title may stand below the byline and a section": Case([DATED, "要闻", TITLE, BODY]),
    "lines above a marked title are navigation": Case(["城北新闻网要闻版面", f"标题：{TITLE}", BODY], byline=NOTHING),
    "a second mark is a line of the body": Case(
        [f"# {TITLE}", "# 城北机场启用", BODY], byline=NOTHING, body=["# 城北机场启用", BODY]
    ),
    "a line above a button may be the title": Case([TITLE, "分享", DATED, BODY]),
    "a line above a breadcrumb belongs to the site": Case([TITLE, "首页 > 新闻", DATED, BODY], title=None),
    "a known title is not repeated": Case([TITLE, BODY], byline=NOTHING, known_title=TITLE),
    "a post has its title in brackets below the account": Case(
        ["城北日报", "2024-05-08 09:05", f"【{TITLE}】{BODY}"], byline=READ
    ),
    "a title above the date wins over brackets": Case(
        [TITLE, DATED, f"【市民纷纷前往】{BODY}"], body=[f"【市民纷纷前往】{BODY}"]
    ),
    "an agency in brackets is not a title": Case(
        ["2024-05-08 09:05", f"【城北日报报道】{BODY}"], title=None, byline=MINUTE, body=[f"【城北日报报道】{BODY}"]
    ),
    "the first line is the title without a byline": Case([TITLE, BODY], byline=NOTHING),
    "hashtags above a title stay in the body": Case(
        ["#城北# #新桥", TITLE, BODY], byline=NOTHING, body=["#城北# #新桥", BODY]
    ),
    "a news flash has no title": Case(
        ["城北新桥通车，市民参观"], title=None, byline=NOTHING, body=["城北新桥通车，市民参观"]
    ),
    # Byline
    "the label of a body is dropped": Case([TITLE, DATED, "正文：", BODY]),
    "a day of another kind counts alone": Case(
        [TITLE, "成文日期：2024-05-06", BODY], byline=Byline(published="2024-05-06")
    ),
    "a day of another kind gives way to that of publication": Case(
        [TITLE, "成文日期：2024-05-06", "发布日期：2024-05-08", BODY], byline=Byline(published="2024-05-08")
    ),
    "a form may begin with its author": Case(["作者：陈晓雨", TITLE, BODY], byline=Byline(author="陈晓雨")),
    "an account beside the date is the source, not a subtitle": Case(
        [TITLE, "城北的桥梁建设", "2024-05-08 09:05", BODY],
        byline=Byline("城北的桥梁建设", published="2024-05-08 09:05"),
    ),
    "a name above the title is not the author": Case(["陈晓雨", TITLE, DATED, BODY]),
    "a byline without text below it is not the header's": Case(
        [TITLE, "新桥全长八百米", DATED], byline=NOTHING, body=["新桥全长八百米", DATED]
    ),
    "far below the top a source alone is not the header's": Case(
        [TITLE, *["新桥全长"] * 12, "来源：城北日报", BODY],
        byline=NOTHING,
        body=[*["新桥全长"] * 12, "来源：城北日报", BODY],
    ),
    # End
    "a subtitle stays in the body": Case([TITLE, SUBTITLE, DATED, BODY], body=[SUBTITLE, BODY]),
    "a summary may stand above the byline": Case(
        [TITLE, "新桥全长八百米。可以步行过江。", DATED, BODY], body=["新桥全长八百米。可以步行过江。", BODY]
    ),
    "a heading below the byline belongs to the body": Case([TITLE, DATED, "怎么走", BODY], body=["怎么走", BODY]),
    "a numbered heading ends the header": Case(
        [TITLE, DATED, "一、怎么走", "2024-05-09 09:05 来源：城北晚报", BODY],
        body=["一、怎么走", "2024-05-09 09:05 来源：城北晚报", BODY],
    ),
    "the first day of a chronicle ends the header": Case(
        [TITLE, DATED, "2024年5月1日", BODY], body=["2024年5月1日", BODY]
    ),
    "a place and a number below the byline are dropped": Case([TITLE, DATED, "浙江", "23", BODY]),
    "a header has twelve long lines": Case([*[TITLE] * 12, DATED, BODY]),
    "a thirteenth long line ends the header": Case(
        [*[TITLE] * 13, DATED, BODY], byline=NOTHING, body=[*[TITLE] * 11, DATED, BODY]
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_header_ends_where_the_body_begins(name: str) -> None:
    case = CASES[name]
    result = header.read(lines.from_texts(case.text), case.known_title)
    assert (result.title, result.byline) == (case.title, case.byline)
    assert [line.shown for line in result.body] == case.body


def test_no_lines_have_an_empty_header() -> None:
    assert header.read([]) == header.Header(None, NOTHING, [])
