"""Cards of pushes and removals: what they say, their buttons and their length."""

import html
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.push_summary import EMPTY, PushSummary, from_row
from bot.service.receipts import Removal
from bot.telegram import cards
from bot.telegram.markup import LONGEST_MESSAGE, parsed_units
from bot.telegram.replies import Reply
from retrieval.engine import Outcome
from retrieval.intake import Refusal
from tests.support.articles import make_article

TEXT = "城北新桥今天通车。新桥全长一千二百米，投资三亿元。"
NASTY = st.text(alphabet="中<&>@#/.a1𠮷\n\u202e ", max_size=6000)
LARGEST = 2**62 - 1


def article(number: int, title: str = "新桥通车") -> Outcome:
    return Outcome(
        number, "added", make_article(TEXT, title=title, source="城北日报", published="2026-11-24", id=number)
    )


def labels(reply: Reply) -> list[list[str]]:
    return [[button.label for button in row] for row in reply.buttons]


def test_a_card_shows_recognized_and_missing_fields() -> None:
    card = cards.push(EMPTY.plus([article(129)]), 5)
    assert card.html.startswith("已收录 #129，现在就能搜到。\n《新桥通车》\n来源：城北日报\n时间：2026-11-24\n记者：无")
    assert "正文：1 段，约 25 字" in card.html
    assert labels(card) == [["查看正文", "更正", "撤销"]]


def test_what_changed_nothing_cannot_be_taken_back() -> None:
    card = cards.push(EMPTY.plus([Outcome(129, "duplicate", make_article(TEXT, id=129))]), 5)
    assert labels(card) == [["查看正文", "更正"]]


def test_a_card_asks_whether_a_nearly_equal_article_is_a_correction() -> None:
    outcome = article(130)
    card = cards.push(EMPTY.plus([Outcome(130, "added", outcome.article, near=1)]), 5)
    assert "#130 与 #1 几乎相同。" in card.html
    assert labels(card) == [["作为更正", "是另一篇"], ["查看正文", "更正", "撤销"]]
    assert [button.data for button in card.buttons[0]] == ["m:1:130", "k:130"]


def test_an_article_that_was_removed_before_can_be_added_anyway() -> None:
    summary = EMPTY.plus([Outcome(3, "withheld", make_article(TEXT, title="新桥通车"), by="老王")])
    card = cards.push(summary, 5, draft=7)
    assert card.html.replace("\u2060", "") == "未收录 新桥通车：老王曾把它（#3）下架，没有再收录。"
    assert labels(card) == [["仍要收录"]]


def test_a_batch_is_one_card_with_counts_and_reasons() -> None:
    outcomes = [article(n, f"第{n}篇") for n in range(1, 31)]
    refusals = [Refusal(f"第 {n} 行", "没有正文。") for n in range(1, 21)]
    card = cards.push(EMPTY.plus([*outcomes, *refusals]), 5)
    assert card.html.startswith("本批 50 条：新增 30 · 更正 0 · 已有 0 · 未收录 20")
    assert "……还有 20 条" in card.html
    assert "……还有 10 条" in card.html
    assert labels(card) == [["撤销本批"]]


def test_a_card_shows_a_few_notes_about_what_was_not_understood() -> None:
    noted = [
        Outcome(n, "added", replace(make_article(TEXT, id=n), notes=(f"第 {n} 行：时间“<昨天>”看不懂，没有记下。",)))
        for n in range(1, 6)
    ]
    one = cards.push(EMPTY.plus(noted[:1]), 5)
    assert "\n\n第 1 行：时间“&lt;昨天&gt;”看不懂，没有记下。" in one.html
    assert labels(one) == [["查看正文", "更正", "撤销"]]
    assert cards.push(EMPTY.plus(noted), 5).html.endswith("第 3 行：时间“&lt;昨天&gt;”看不懂，没有记下。\n……还有 2 条")


def test_a_card_without_anything_stored_has_no_buttons() -> None:
    assert cards.push(EMPTY.plus([Refusal("a.bin", "认不出格式。")]), 5).buttons == ()
    assert cards.push(EMPTY, 5, is_working=True) == Reply("正在收录…")


@given(st.lists(st.tuples(NASTY, NASTY), max_size=15), st.booleans())
def test_a_card_fits_into_a_message(named: list[tuple[str, str]], is_batch: bool) -> None:
    outcomes = [
        Outcome(
            LARGEST - n,
            "added",
            replace(make_article("甲", title=title or "甲", source=title), notes=(note,)),
            near=LARGEST,
        )
        for n, (title, note) in enumerate(named)
    ]
    refusals = [Refusal(item, reason) for item, reason in named]
    card = cards.push(EMPTY.plus([*outcomes, *refusals]), LARGEST, draft=LARGEST, is_batch=is_batch)
    assert parsed_units(card.html) <= LONGEST_MESSAGE
    assert all(len(button.data.encode()) <= 64 for row in card.buttons for button in row)


@pytest.mark.parametrize("count", [1, 12, 200])
def test_a_removal_names_what_is_gone_and_can_be_taken_back(count: int) -> None:
    removal = Removal.of([(n, "新桥通车" * 60) for n in range(count)], range(LARGEST - 200, LARGEST))
    card = cards.removal(removal, LARGEST)
    assert parsed_units(card.html) <= LONGEST_MESSAGE
    assert labels(card) == [["撤销"]]


def test_removed_articles_and_unknown_ids_are_both_named() -> None:
    card = cards.removal(Removal(((5, "新桥通车"),), (6,)), 9)
    assert card.html.startswith("已下架 #5《新桥通车》。\n没有编号为 6 的文章。\n24 小时内可以撤销")
    assert cards.removal(Removal((), (6,)), 9) == Reply("没有编号为 6 的文章。")


def test_the_question_before_a_removal_names_reprints_that_stay() -> None:
    stored, reprint = (outcome.article for outcome in (article(3), article(7, "大桥")))
    asked = cards.to_remove([stored], [reprint], [9], 5)
    assert html.unescape(asked.html).replace("\u2060", "") == (
        "要下架这一篇吗？\n#3《新桥通车》城北日报\n"
        "别处也刊登了，不会一起下架：\n#7《大桥》城北日报\n没有编号为 9 的文章。"
    )
    assert labels(asked) == [["下架", "取消"]]


@given(NASTY, NASTY, NASTY, st.sampled_from(["", "https://e.example/", "https://e.example/" + "a" * 983]))
def test_a_stored_card_equals_the_card_of_the_push(title: str, source: str, author: str, url: str) -> None:
    made = make_article("甲", title=title or "甲", source=source, author=author, published="2026-11-24", url=url)
    summary = EMPTY.plus([Outcome(7, "added", made, near=3), Refusal(title, source), Outcome(4, "withheld", made)])
    stored = from_row(summary.to_row())
    assert isinstance(stored, PushSummary)
    assert cards.push(stored, 5) == cards.push(summary, 5)
