"""Layouts of portals, newspapers, accounts, forums and offices, around a made article."""

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, read
from retrieval.intake.prose.byline import Byline
from tests.support.copied_pages import BODY, DAY, MINUTE, PAGE, TITLE, A, B, C, byline_of, only

LAYOUTS = {
    "a portal with its sections on lines": (
        f"新浪首页\n新闻\n体育\n财经\n娱乐\n科技\n博客\n图片\n更多\n\n正文\n{TITLE}\n"
        "2024年05月08日 09:05 城北日报\n新浪财经APP\n缩小字体\n"
        f"放大字体\n收藏\n微博\n分享\n0\n　　原标题：机场启用\n{BODY}\n责任编辑：李立 SF014\nVIP课程推荐\n"
        "加载中...\n热门推荐",
        Byline("城北日报", None, "李立", MINUTE),
    ),
    "a portal with the place of the account": (
        f"{TITLE}\n2024-05-08 09:05\n来源: 城北日报\n发布于：浙江省\n{BODY}\n返回搜狐，查看更多\n责任编辑：\n"
        "平台声明：该文观点仅代表作者本人。\n阅读 (120)",
        Byline("城北日报", None, None, MINUTE),
    ),
    "an agency with the date in pieces above the title": (
        f"新华网 > > 正文\n2024\n05/08\n09:05:51\n来源：新华网\n{TITLE}\n字体： 小 中 大 分享到：\n{BODY}\n"
        "【纠错】 【责任编辑:李立】\n阅读下一篇：",
        Byline("新华网", None, "李立", MINUTE),
    ),
    "a newspaper's site with bylines above the date": (
        f"人民网>>社会·法治\n{TITLE}\n本报记者 陈晓雨 王大力\n2024年05月08日09:05 | 来源：人民网－人民日报\n"
        f"小字号\n{BODY}\n"
        "《 人民日报 》（ 2024年05月08日 10 版）\n(责编：牛镛、岳弘彬)\n分享让更多人看到\n推荐阅读",
        Byline("人民网－人民日报", "陈晓雨 王大力", "牛镛 岳弘彬", MINUTE),
    ),
    "a site with a subtitle and editors below the title": (
        f"{TITLE}\n界面新闻记者 | 陈晓雨\n界面新闻编辑 | 李立\n2024/05/08 09:05\n{BODY}\n"
        "未经正式授权严禁转载本文，侵权必究。",
        Byline(None, "陈晓雨", "李立", MINUTE),
    ),
    "an account": (
        f"{TITLE}\n原创 陈晓雨 城北发布 2024-05-08 09:05 发表于浙江\n↑点击上方蓝字关注我们\n{BODY}\n"
        "编辑丨王朵\n审核丨李立\n监制丨孙明\nEND\n往期推荐\n地铁开工",
        Byline("城北发布", "陈晓雨", "王朵", MINUTE),
    ),
    "a site with letters that change the size": (
        f"{TITLE}\n2024-05-08 09:05 城北日报\nT + -\n{BODY}\nA- A+",
        Byline("城北日报", None, None, MINUTE),
    ),
    "an account on lines": (
        f"{TITLE}\n城北日报\n2024-05-08 09:05\n浙江\n城北日报官方账号\n关注\n{BODY}\n举报/反馈\n评论\n发表",
        Byline("城北日报", None, None, MINUTE),
    ),
    "an office": (
        f"无障碍 | 长者版 | 登录\n城北市人民政府\n当前位置：首页 > 政务公开\n{TITLE}\n"
        "发布时间：2024-05-08 09:05 信息来源：市机场办 浏览次数：[ 231 ] "
        f"字体：[大 中 小] 打印\n{BODY}\n扫一扫在手机打开当前页\n【打印本页】 【关闭窗口】",
        Byline("市机场办", None, None, MINUTE),
    ),
    "a decree with a table of its own": (
        f"索引号：1133/2024-123\n发布机构：市机场办\n成文日期：2024-05-06\n发布日期：2024-05-08\n{TITLE}\n{BODY}",
        Byline("市机场办", None, None, DAY),
    ),
    "a page of a printed newspaper": (
        f"第A05版：民生\n上一版 下一版\n2024年05月08日 星期三\n上一篇 下一篇 放大 缩小 默认\n{TITLE}\n"
        f"□本报记者 陈晓雨\n{BODY}\n上一篇 下一篇",
        Byline(None, "陈晓雨", None, DAY),
    ),
    "a forum": (
        f"城北论坛 › 城北新闻 › {TITLE}\n{TITLE}\n"
        f"发表于 2024-5-8 09:05:31 | 只看该作者 |倒序浏览 |阅读模式\n{BODY}\n回复\n使用道具 举报",
        Byline(None, None, None, MINUTE),
    ),
    "a news site whose tags stand in brackets": (
        f"{TITLE}\n南方+\n2024-05-08 09:05\n订阅\n{BODY}\n【记者】陈晓雨\n【通讯员】王大力\n【来源】 南方+客户端",
        Byline("南方+", "陈晓雨 王大力", None, MINUTE),
    ),
    "a form": (
        f"标题：{TITLE}\n作者：陈晓雨\n来源：城北日报\n发布时间：2024年5月8日 9:05\n"
        f"链接：https://www.example.com/a/1\n内容：\n{BODY}",
        Byline("城北日报", "陈晓雨", None, MINUTE, "https://www.example.com/a/1"),
    ),
    "a forwarded text": (f"转发自城北发布\n{TITLE}\n{BODY}", Byline("城北发布")),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_becomes_its_article_and_nothing_else(layout: str) -> None:
    text, expected = LAYOUTS[layout]
    article = only(text)
    assert article.title == TITLE
    assert article.text == BODY
    assert byline_of(article) == expected


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("2024年5月8日 下午3:20", "2024-05-08 15:20"),
        ("2024-05-08 上午 9:05", MINUTE),
        ("May 8, 2024 3:20 PM", "2024-05-08 15:20"),
        ("8 May 2024", DAY),
        ("2024-05-08T09:05:00+08:00", MINUTE),
        ("2024-05-08T01:05:00Z", MINUTE),
        ("24-5-8 09:05", MINUTE),
        ("2024-05-08\n09:05", MINUTE),
        ("更新时间：2024-05-09\n发布时间：2024-05-08", DAY),
        ("05-08 09:05", None),
    ],
)
def test_printed_dates_and_times_are_read(line: str, published: str | None) -> None:
    article = only(f"{TITLE}\n城北日报 {line}\n{BODY}")
    assert (article.title, article.source, article.published) == (TITLE, "城北日报", published)
    assert article.text == BODY


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("文｜陈晓雨\n图｜王大力", Byline(author="陈晓雨")),
        ("文/陈晓雨 图/王大力", Byline(author="陈晓雨")),
        ("◎城北日报记者 陈晓雨 摄影 王大力", Byline(author="陈晓雨")),
        ("作者：陈晓雨（城北大学教授）", Byline(author="陈晓雨")),
        ("（陈晓雨 李国利）", Byline(author="陈晓雨 李国利")),
        ("编 辑：王朵\n责 编：李立\n审 核：孙明", Byline(editor="李立")),
        ("责编：王朵 / 审校：李立", Byline(editor="王朵")),
        ("值班编委 李立 责任编辑 王朵", Byline(editor="王朵")),
        ("一审：王朵 二审：李立 三审：孙明", Byline()),
        ("声明：转载此文是出于传递更多信息之目的，若有错误，请作者与本网联系，谢谢。", Byline()),
        ("本文仅代表作者个人观点，如有侵权请联系删除。", Byline()),
        ("赞 23\n在看 5\n写留言", Byline()),
        ("发布于 2024-05-08 09:05・IP 属地浙江", Byline(published=MINUTE)),
        ("（城北日报 2024年5月8日）", Byline("城北日报", published=DAY)),
        ("（海外网 陈晓雨）", Byline("海外网", "陈晓雨")),
        ("（编译/陈晓雨）", Byline(author="陈晓雨")),
        ("（陈 晨）", Byline(author="陈晨")),
        ("海外网版权作品，未经授权不得转载。", Byline()),
        ("#城北机场 #交通", None),
    ],
)
def test_the_lines_below_a_text_are_read_and_dropped(line: str, expected: Byline | None) -> None:
    article = only(f"{TITLE}\n{BODY}\n{line}")
    assert article.text == (BODY if expected is not None else f"{BODY}\n{line}")
    assert byline_of(article) == (expected or Byline())


@pytest.mark.parametrize(
    ("glued", "expected"),
    [
        ("返回搜狐，查看更多责任编辑：", Byline()),
        ("（陈晓雨 李国利）返回搜狐，查看更多 责任编辑：", Byline(author="陈晓雨 李国利")),
        ("（记者 陈晓雨）分享让更多人看到", Byline(author="陈晓雨")),
        ("（海外网 陈晓雨） 责编：李立、王朵", Byline("海外网", "陈晓雨", "李立 王朵")),
        ("【纠错】 【责任编辑:李立】", Byline(editor="李立")),
        (" 责任编辑：李立 SF014", Byline(editor="李立")),
    ],
)
def test_boilerplate_glued_to_the_last_sentence_is_removed(glued: str, expected: Byline) -> None:
    article = only(f"{TITLE}\n{BODY}{glued}")
    assert article.text == BODY
    assert byline_of(article) == expected


def test_a_caption_that_starts_with_a_name_stays() -> None:
    caption = "（编译/陈晓雨）5月8日，首批旅客在城北机场二号航站楼合影。"
    assert only(f"{TITLE}\n{BODY}\n{caption}").text == f"{BODY}\n{caption}"


def test_a_list_below_the_editor_line_stays() -> None:
    added = "附：新开航线\n城北至广州\n城北至成都"
    article = only(f"{PAGE}{BODY}\n责任编辑：李立\n{added}")
    assert article.text == f"{BODY}\n{added}"
    assert article.editor == "李立"


@pytest.mark.parametrize(
    "line",
    [
        "记者：新航站楼启用，最大的变化是什么",
        "时间：5月8日14:00",
        "主办：城北市体育局",
        "联系电话：0571-12345678",
        "点赞城北速度",
        "扫码即可乘车。",
        "“点个赞！”旅客纷纷竖起大拇指。",
        "上一篇报道引起了读者的关注。",
        "未经许可不得入内的牌子立在门口。",
        "来源：城北机场的统计数据显示，五一期间客流增长两成。",
        "图：雨后的城北机场航站楼",
        "作者余华在签售现场与读者交流",
        "#城北机场# 今天启用",
        "收藏市场回暖",
        "北京",
        "100",
        "https://www.example.com/apply/2024",
        "详见 https://www.example.com/2024/0508/12345.html 上的公告。",
        "报名网址：https://www.example.com/apply/2024",
    ],
)
def test_a_line_inside_a_text_that_looks_like_boilerplate_stays(line: str) -> None:
    article = only(f"{PAGE}{A}\n{line}\n{B}\n{C}")
    assert article.text == f"{A}\n{line}\n{B}\n{C}"
    assert byline_of(article) == Byline("城北在线", published=MINUTE)


def test_a_chronicle_keeps_its_days() -> None:
    chronicle = f"2019年3月1日\n{A}\n2021年6月30日\n{B}"
    article = only(f"{TITLE}\n来源：城北日报 2024-05-08\n{chronicle}")
    assert article.published == DAY
    assert article.text == chronicle


def test_a_summary_between_title_and_date_stays() -> None:
    summary = "新航站楼将改变城北的交通格局。"
    article = only(f"{TITLE}\n{summary}\n2024/05/08 09:05\n{BODY}")
    assert (article.title, article.published, article.text) == (TITLE, MINUTE, f"{summary}\n{BODY}")


def test_a_list_below_its_date_stays_whole() -> None:
    names = "\n".join(f"{name}家庭" for name in ("李明", "王大力", "陈晓雨", "赵强", "周立平"))
    assert only(f"{PAGE}{A}\n{names}").text == f"{A}\n{names}"
    assert only(f"{TITLE}\n{names}\n城北市文明办\n2024年5月8日").text.startswith("李明家庭")


def test_short_lines_above_a_late_date_are_not_section_names() -> None:
    poem = "\n".join(f"风从第{number}座山那边来" for number in range(20))
    article = only(f"城北的春天\n{poem}\n城北日报 2024-05-08")
    assert article.text.startswith(poem)


@pytest.mark.parametrize("between", ["", "标题："])
def test_articles_with_account_names_below_their_titles_are_separated(between: str) -> None:
    first = f"{between}城北机场启用\n城北日报\n2024-05-08 09:05\n{A}\n{B}\n责任编辑：李立"
    second = f"{between}城南地铁三号线开工\n城南晚报\n2024-05-09 10:00\n{C}\n{B}"
    articles = [item for item in read(f"{first}\n\n{second}".encode(), "a.txt") if isinstance(item, Article)]
    assert [(article.title, article.source, article.published, article.editor) for article in articles] == [
        ("城北机场启用", "城北日报", MINUTE, "李立"),
        ("城南地铁三号线开工", "城南晚报", "2024-05-09 10:00", None),
    ]
    assert [article.text for article in articles] == [f"{A}\n{B}", f"{C}\n{B}"]


def test_tags_above_a_text_are_not_a_title_and_tags_inside_it_stay() -> None:
    article = only(f"#财经 #社保\n{TITLE}\n{A}\n#机场# {B}")
    assert article.title == TITLE
    assert article.text == f"#财经 #社保\n{A}\n#机场# {B}"


def test_a_page_of_boilerplate_in_any_layout_is_refused() -> None:
    text = "新浪首页\n新闻\n体育\n缩小字体\n收藏\n分享\n责任编辑：李立\n相关推荐\n返回顶部"
    assert [type(item) for item in read(text.encode(), "a.txt")] == [Refusal]
