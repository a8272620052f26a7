"""What a line is by itself, and the byline that it holds."""

import pytest

from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import Kind, classify
from retrieval.intake.prose.lines import from_texts


def kind(text: str) -> Kind:
    return classify(from_texts([text])[0]).kind


def values(text: str) -> Byline:
    return classify(from_texts([text])[0]).byline


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-----", Kind.BUTTONS),
        ("原文链接：https://news.example.com/1001.html", Kind.ADDRESS),
        ("相关新闻", Kind.BOX),
        ("延伸 · 推荐", Kind.BOX),
        ("相關報導", Kind.BOX),
        ("此前报道：城南大桥主跨合龙", Kind.TEASER),
        ("网友评论（12条）", Kind.BOX),
        ("编辑：李明 校对：王芳", Kind.CREDIT),
        ("文/郭兰英", Kind.CREDIT),
        ("【纠错】 打印 关闭窗口", Kind.BUTTONS),
        ("版权声明：本网所有内容均受保护", Kind.NOTICE),
        ("長按識別二維碼", Kind.NOTICE),
        ("2024-05-08 09:05 来源：城北日报", Kind.BYLINE),
        ("民國113年5月8日 城北日報", Kind.BYLINE),
        ("栏目：要闻", Kind.DETAIL),
        ("赞 1.2万 在看 5", Kind.FURNITURE),
        ("T + -", Kind.FURNITURE),
        ("請繼續往下閱讀", Kind.NOTICE),
        ("我是廣告 請繼續往下閱讀", Kind.NOTICE),
        ("最新話題在這，快點我加入城北新聞LINE好友！", Kind.NOTICE),
        ("◤城北旅遊必買清單◢", Kind.NOTICE),
        ("互联网新闻信息服务许可证：00120260001 举报专区", Kind.NOTICE),
        ("发表评论 文明上网理性发言，请遵守协议 0条评论", Kind.NOTICE),
        ("您的浏览器不支持视频播放，请升级", Kind.NOTICE),
        ("大家还在搜", Kind.BOX),
        ("城北新聞社「一手新聞」 app", Kind.FURNITURE),
        ("相關文章：城南大橋主跨合龍", Kind.TEASER),
        ("2024-05-08 09:30 · 江苏 · 优质财经领域创作者", Kind.BYLINE),
        ("首页 > 新闻 > 正文", Kind.NAVIGATION),
        ("IP属地：浙江", Kind.PLACE),
        ("23", Kind.NUMBER),
        ("#城北# #新桥#", Kind.HASHTAGS),
        ("新闻中心 | 国内", Kind.SECTION),
        ("陈晓雨 欧阳明", Kind.NAMES),
        ("城北新桥今天通车。", Kind.SENTENCE),
        ("城北新桥今天通车", Kind.TITLE),
        ("新桥", Kind.WORDS),
    ],
)
def test_a_line_has_one_kind(text: str, wanted: Kind) -> None:
    assert kind(text) is wanted


@pytest.mark.parametrize(
    "text",
    [
        "评论员文章说，这座桥来得正是时候。",
        "记者从城北区交通局获悉，新桥今天上午通车，双向六车道，市民可以免费通行。",
        "编辑部的灯亮了一夜",
        "下载量超过一百万次的应用下架了",
        "版权保护条例今天起施行，律师提醒，转载他人文章应当取得许可并且注明作者姓名。",
        "分享会上，陈女士讲了她和这座桥的故事，台下的人听得入了神，不少人落了泪。",
        "相关部门表示，将继续关注桥面的沉降",
        "来源不明的鸡蛋流入城南市场",
        "作者是一位退休教师，住在桥边三十年。",
    ],
)
def test_a_line_of_an_article_stays_text(text: str) -> None:
    assert kind(text) in (Kind.SENTENCE, Kind.TITLE, Kind.WORDS)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("责编：Demi Xia", Byline(editor="Demi Xia")),
        ("责任编辑：alonliu", Byline(editor="alonliu")),
        ("编辑/苏小芳", Byline(editor="苏小芳")),
        ("作者：一只小小鸟", Byline(author="一只小小鸟")),
        ("采写：北都见习记者 林小沛 王小丽", Byline(author="林小沛 王小丽")),
        ("记者陈小智 整合", Byline(author="陈小智")),
        ("作者：李在山", Byline(author="李在山")),
        ("文图：郭兰英", Byline(author="郭兰英")),
        ("2024-05-08 09:05 来源 CBDN | 作者魏小星", Byline("CBDN", "魏小星", None, "2024-05-08 09:05")),
        ("城報快訊／范姜佳佳 2024年05月08日 20:19", Byline(None, "范姜佳佳", None, "2024-05-08 20:19")),
        ("15:31 2024/05/08", Byline(published="2024-05-08 15:31")),
        ("2024年05月08日 20:52 城北财经", Byline("城北财经", None, None, "2024-05-08 20:52")),
        ("（記者司徒小若、Ian Lin 整合）", Byline(author="司徒小若 Ian Lin")),
        ("記者宓仲安／新北報導", Byline(author="宓仲安")),
        (
            "原创 渡口老陶 河滨早知道 *2024年05月08日 07:30* *河南*",
            Byline("河滨早知道", "渡口老陶", None, "2024-05-08 07:30"),
        ),
        ("文｜财新 陈晓雨 2024年05月08日 09:05", Byline(None, "陈晓雨", None, "2024-05-08 09:05")),
        (
            "本文来自微信公众号：城北视点，作者：陈晓雨，编辑：李明，题图来自：AI生成",
            Byline("城北视点", "陈晓雨", "李明"),
        ),
        ("南方经济报道记者 陈晓雨 深圳报道", Byline(author="陈晓雨")),
        ("（记者陈晓雨 摄像 王芳）", Byline(author="陈晓雨")),
        ("發布 2024.05.08 | 09:25", Byline(published="2024-05-08 09:25")),
        ("生活中心／陳靜報導", Byline(author="陳靜")),
        (
            "新华网城北频道 (2024-05-08 09:20:26) 稿件来源： 城北日报",
            Byline("城北日报", None, None, "2024-05-08 09:20"),
        ),
        ("2024-05-08 09:05 来源：城北视点企鹅号", Byline("城北视点", None, None, "2024-05-08 09:05")),
        ("来源：云泽日报作者：陈晓雨 2024-05-08", Byline("云泽日报", "陈晓雨", None, "2024-05-08")),
        ("记者 司马小明 通讯员 买买提·艾力", Byline(author="司马小明 买买提·艾力")),
    ],
)
def test_the_byline_of_a_line_holds_names_only(text: str, wanted: Byline) -> None:
    assert values(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-08 09:05 教育频道",
        "2024-05-08 09:05 生活中心",
        "2024-05-08 09:05 播报",
        "2024-05-08 09:05 社会",
        "2024-05-08 09:05 我要分享",
        "2024-05-08 09:05 国际财经",
        "2024-05-08 体育新闻",
    ],
)
def test_a_section_or_a_button_beside_the_date_is_no_source(text: str) -> None:
    assert values(text).source is None


@pytest.mark.parametrize("text", ["发布于江苏", "来自美国", "IP属地：江西", "江西"])
def test_a_place_is_no_name(text: str) -> None:
    assert kind(text) is Kind.PLACE
