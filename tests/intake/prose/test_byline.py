"""Credit lines and datelines: the facts read from them, and the lines that stay in the text."""

import pytest

from retrieval.article import Article, Paragraph
from tests.support.printed_texts import BODY, MORE, only


@pytest.mark.parametrize(
    "sentence",
    [
        "责任编辑制度在我市各家出版单位全面推行，有效提高了图书的质量和影响力。",
        "版权声明常被忽视，不少网站因此被告上法庭，律师提醒经营者注意保留授权文件。",
        "扫码关注公众号领红包的骗局近日在我市多个小区出现，警方提醒市民不要轻信。",
        "相关推荐算法的监管办法将于下月起施行",
        "1984年出生的他在兰州工作了三十年。",
        "3人获得了这次比赛的一等奖",
        "校对工作是出版的最后一关，马虎不得。",
        "编辑部的故事将再次搬上荧屏，观众期待已久，制作方说年底可以播出。",
        "关于我们今后的打算，市长说要多听市民的意见，多为市民办实事。",
        "兰州市人民政府",
        "2020年2月24日",
    ],
)
def test_a_line_that_only_starts_like_boilerplate_stays(sentence: str) -> None:
    article = only(f"兰州签约四个项目\n兰州晚报 2020-02-24\n{BODY}\n{MORE}\n{sentence}")
    assert article.text.split("\n") == [BODY, MORE, sentence]


@pytest.mark.parametrize(
    ("line", "author", "editor", "source"),
    [
        ("本报记者 王小红 实习生 陈静", "王小红 陈静", None, None),
        ("兰州日报社全媒体记者郭兰英文/图", "郭兰英", None, None),
        ("文/图 本报记者 郭兰英", "郭兰英", None, None),
        ("（来源：兰州日报 记者 李 超）", "李超", None, "兰州日报"),
        ("（新京报记者 张静姝 编辑 白爽 校对 李项玲）", "张静姝", "白爽", None),
        ("责任编辑：李明", None, "李明", None),
        ("（责任编辑：李明 HN666）", None, "李明", None),
        ("来源：兰州日报", None, None, "兰州日报"),
        ("来自 / 兰州日报", None, None, "兰州日报"),
        (
            "本文来自微信公众号“城北财讯”（ID：cbcx2020），作者：王小红，编辑：陈静，城北在线经授权发布。",
            "王小红",
            "陈静",
            "城北财讯",
        ),
        ("原标题：兰州签约", None, None, None),
        ("（原题为《兰州签约》）", None, None, None),
        ("关键词 >> 兰州签约", None, None, None),
        ("出品︱兰州日报新媒体", None, None, None),
        ("编辑丨李明", None, "李明", None),
        ("来源 | 兰州日报", None, None, "兰州日报"),
        ("作者︱郭兰英", "郭兰英", None, None),
        ("校对 李项玲", None, None, None),
        ("编辑：张三丰 责任编辑：李明", None, "李明", None),
        ("责任编辑：李明_NB123", None, "李明", None),
        ("（责任编辑：HN666）", None, "HN666", None),
        ("【纠错】【责任编辑：李明】", None, "李明", None),
        ("半月谈记者 郭兰英", "郭兰英", None, None),
        ("【文/观察者网专栏作者 郭兰英】", "郭兰英", None, None),
        ("联合报／记者 郭兰英／台北即时报道", "郭兰英", None, "联合报"),
        ("某某新闻报料：010-12345678", None, None, None),
        ("撰文 | 郭兰英 编辑 | 李明", "郭兰英", "李明", None),
        ("作者：佚名", None, None, None),
        ("来源：本站原创", None, None, None),
        ("（责任编辑：系统管理员）", None, None, None),
        ("版权所有 某网站 京ICP备10000000号", None, None, None),
        ("分享到：微信 微博", None, None, None),
        ("（完）", None, None, None),
    ],
)
def test_a_credit_line_is_read_and_dropped(
    line: str, author: str | None, editor: str | None, source: str | None
) -> None:
    article = only(f"兰州签约四个项目\n{BODY}\n{MORE}\n{line}")
    assert article == Article(
        "兰州签约四个项目", (Paragraph(BODY), Paragraph(MORE)), source=source, author=author, editor=editor
    )


def test_a_dateline_names_the_author_and_stays() -> None:
    line = f"新华社兰州2月24日电（记者 王朋）{BODY}"
    article = only(f"兰州签约四个项目\n{line}")
    assert article == Article("兰州签约四个项目", (Paragraph(line),), source="新华社", author="王朋")


def test_a_box_before_the_body_does_not_remove_the_body() -> None:
    article = only(f"兰州签约四个项目\n兰州晚报 2020-02-24\n{BODY}\n{MORE}\n相关新闻\n" + f"{MORE}{MORE}\n" * 4)
    assert article.text.count(MORE) == 9


def test_the_editor_in_the_removed_footer_is_still_read() -> None:
    article = only(f"兰州签约四个项目\n兰州晚报 2020-02-24\n{BODY}\n{MORE}\n相关阅读\n某地下雪\n责任编辑：李明")
    assert article.text.split("\n") == [BODY, MORE]
    assert article.editor == "李明"


def test_the_bracket_of_an_agency_is_cut_off_and_read() -> None:
    article = only(f"兰州签约四个项目\n2020-02-24\n（中央社記者邱小欽桃園8日電）{BODY}\n{MORE}")
    assert (article.source, article.author) == ("中央社", "邱小欽")
    assert article.text.split("\n") == [BODY, MORE]


@pytest.mark.parametrize(
    "notice",
    [
        "本网站所刊载的所有内容，包括文字、图片和视频，均由城北传媒依法享有版权，受著作权法保护。",
        "任何媒体或个人未经本网书面授权，不得以任何方式转载、摘编或者建立镜像，违者将追究法律责任。",
        "免责声明：自媒体提供的内容版权归原作者所有，转载请联系原作者并获许可，文章观点不代表本站立场，投资须谨慎。",
        "违法和不良信息举报电话：010-12345678，举报邮箱：jubao@example.com。",
    ],
)
def test_a_legal_footer_below_the_article_is_dropped(notice: str) -> None:
    article = only(f"兰州签约四个项目\n兰州晚报 2020-02-24\n{BODY}\n{MORE}\n{notice}")
    assert article.text.split("\n") == [BODY, MORE]


def test_a_sentence_about_copyright_inside_an_article_stays() -> None:
    sentence = "法院认为，该网站未经许可转载他人文章，侵犯了著作权，判令其删除文章并公开道歉。"
    article = only(f"兰州签约四个项目\n兰州晚报 2020-02-24\n{sentence}\n{BODY}\n{MORE}")
    assert article.text.split("\n") == [sentence, BODY, MORE]
