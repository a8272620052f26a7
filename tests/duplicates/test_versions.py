"""Versions of an article: an update apart from another report."""

import pytest

from retrieval.duplicates.versions import are_versions
from tests.support.work import calls

BODY = (
    "施工由市路桥公司承担，工期两年。工地上最多时有三百名工人。沿线居民参加了两次座谈会，提出二十多条意见。"
    "设计单位为此改了两处匝道的位置。公交公司表示，将有三条线路改道经过这里。"
)
LEAD = "城北新桥今天上午通车，全长1200米，双向六车道。"
FOOT = "未经授权不得转载本网稿件。新闻热线全天开通，欢迎提供线索。"
NOTICE = "{}{}停电检修，影响{}。请居民提前做好准备，由此带来的不便敬请谅解。如有疑问请拨打服务热线。"
FORM = (
    "各位用户：因管网改造，我公司将对部分区域停水施工，现通知如下。停水区域：{}。停水时间：3月6日8时至18时。"
    "影响户数：{}户。请提前储水，不便之处敬请谅解。"
)

SAME_DAY = [
    ("the same again", LEAD + BODY, LEAD + BODY, True),
    ("other punctuation, width and script", LEAD + BODY, LEAD.replace("，", ",").replace("1", "１") + BODY, True),
    ("a figure is corrected", LEAD, "城北新桥今天上午通车，全长1300米，双向六车道。", True),
    ("a figure is corrected by cutting a digit", LEAD, "城北新桥今天上午通车，全长120米，双向六车道。", True),
    ("a mistyped character is corrected", LEAD + BODY, (LEAD + BODY).replace("工期", "公期"), True),
    ("a word is put in", LEAD, "城北新桥今天上午正式通车，全长1200米，双向六车道。", True),
    ("a word is cut", "城北新桥今天上午正式通车，全长1200米，双向六车道。", LEAD, True),
    ("a sentence is added", LEAD, LEAD + "总投资3亿元。", True),
    ("a sentence is added and a figure corrected", LEAD + BODY, LEAD.replace("12", "13") + BODY + "造价3亿元。", True),
    ("a sentence is cut", LEAD + BODY, LEAD + BODY.replace("工地上最多时有三百名工人。", ""), True),
    (
        "a sentence is written anew",
        LEAD + BODY,
        LEAD + BODY.replace("工地上最多时有三百名工人", "高峰时人手不足"),
        True,
    ),
    ("sentences stand in another order", LEAD + BODY, BODY + LEAD, True),
    ("most is cut", LEAD + BODY, LEAD, False),
    (
        "half is written anew",
        LEAD + BODY,
        LEAD + "记者在现场看到，市民扶老携幼来看新桥。" * 4 + "人群直到傍晚才散去。",
        False,
    ),
    ("another report under one title", LEAD, "城北新桥昨夜发生追尾，两车受损，无人受伤。", False),
    (
        "a form of another place",
        NOTICE.format("河滨路", "5月10日8时至17时", "河滨小区"),
        NOTICE.format("学府街", "5月12日9时至15时", "学府花园"),
        False,
    ),
    (
        "a form in which the place alone differs",
        NOTICE.format("河滨路", "5月10日8时至17时", "全部住户"),
        NOTICE.format("学府街", "5月10日8时至17时", "全部住户"),
        False,
    ),
    (
        "a form in which one character of the place differs",
        NOTICE.format("城东片区", "5月10日8时至17时", "全部住户"),
        NOTICE.format("城西片区", "5月10日8时至17时", "全部住户"),
        False,
    ),
    (
        "a form in which the day alone differs",
        NOTICE.format("河滨路", "5月10日", "全部住户"),
        NOTICE.format("河滨路", "5月12日", "全部住户"),
        False,
    ),
    *(
        (
            f"a form in which one character, {first} or {second}, is the name",
            text.format(first),
            text.format(second),
            False,
        )
        for first, second, text in (
            ("湖", "河", "{}南发生3.2级地震，震源深度10公里，暂无人员伤亡报告。"),
            ("工", "农", "市{}商银行今日下调存款利率，一年期降至1.5%。"),
            ("开", "闭", "市图书馆周一{}馆时间调整为9时，请读者留意。"),
            ("张", "王", "被执行人{}某拖欠货款5万元，已列入名单。限制其乘坐飞机。"),
            ("黄", "橙", "市气象台发布大风{}色预警信号，请注意防范。"),
            ("一", "二", "市第{}医院面向社会公开招聘护士20名，即日起报名。"),
            ("一", "二", "市{}中面向社会公开招聘教师20名，即日起报名。"),
            ("102", "215", "京昆高速K{}处发生追尾，占用一条车道，请减速慢行。"),
            ("600001", "600002", "证券代码{}，公司股票今日起停牌，复牌时间另行公告。"),
            ("1461", "1462", "因暴雨，{}次列车今日停运，旅客可在30日内退票。"),
            ("17", "18", "公交{}路因道路施工临时改道，请乘客合理安排行程。"),
        )
    ),
    (
        "a long form in which one field differs",
        FORM.format("江阳街道", "8123456"),
        FORM.format("柳树屯镇", "8123456"),
        False,
    ),
    ("a form of which a figure is corrected", FORM.format("江阳街道", "12"), FORM.format("江阳街道", "13"), True),
    ("what somebody says is no form", f"{LEAD}{BODY}他说：桥很好。", f"{LEAD}{BODY}他说：路不错。", True),
    ("a form of figures", "收盘价12.50元，涨0.31元，成交450万股。", "收盘价12.81元，涨0.22元，成交610万股。", False),
    ("a form whose figures change places", "共24次，盈利9次，胜率37.5%。", "共35次，盈利24次，胜率9%。", False),
    (
        "the foot of a page alone is shared",
        FOOT,
        "另一座桥昨夜封闭，车辆须绕行二十公里，沿线居民怨声载道。" * 2 + "何时开放还没有消息。" + FOOT,
        False,
    ),
    ("nothing is said", "……", "……", False),
]


@pytest.mark.parametrize(("stored", "new", "expected"), [row[1:] for row in SAME_DAY], ids=[row[0] for row in SAME_DAY])
def test_similar_texts_of_one_day_are_versions(stored: str, new: str, expected: bool) -> None:
    assert are_versions(stored, new, same_day=True) is expected


# With unknown days, a different figure may be a correction or the figure of another day.
UNDATED = {
    "a form of which a figure is corrected": False,
    "what somebody says is no form": False,
    "a figure is corrected": False,
    "a figure is corrected by cutting a digit": False,
    "a mistyped character is corrected": False,
    "a sentence is added and a figure corrected": False,
    "a sentence is written anew": False,
}


@pytest.mark.parametrize(
    ("stored", "new", "expected"),
    [(*row[1:3], UNDATED.get(row[0], row[3])) for row in SAME_DAY],
    ids=[row[0] for row in SAME_DAY],
)
def test_texts_of_unknown_days_are_versions_unless_they_say_otherwise(stored: str, new: str, expected: bool) -> None:
    assert are_versions(stored, new, same_day=False) is expected


def test_two_long_texts_are_not_compared_sentence_by_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr("retrieval.duplicates.versions.likeness", lambda first, second: compared.append(first) or 0.0)
    first, second = ("".join(f"{name}镇第{n}条路通车。" for n in range(2000)) for name in "甲乙")
    assert not are_versions(first, second, same_day=True)
    assert compared == []


def test_two_long_sentences_are_compared_in_linear_time() -> None:
    first, second = ("桥" * 100_000 + last for last in "甲乙")
    assert calls(lambda: are_versions(first, second, same_day=True)) < 300_000
    assert not are_versions(first, second, same_day=True)
