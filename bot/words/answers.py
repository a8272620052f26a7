"""Sentences around an answer, in Telegram and on a terminal alike."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.words import days
from bot.words.language import joined, said

POSSIBLE = "没有直接的回答，这段可能相关："
OTHERS = "其他结果："
ASKED = "问："
DIFFERING = "各家说法不同："
EARLIER = "较早的报道："
OLD_NEWS = "没有找到近 30 天的报道，下面是较早的一篇："
FURTHER = "一次回答一个问题：答的是第一个，另外 {count} 个请分开问。"
SEARCHED_AS = "按“{word}”查找："
PARTIAL = "有一部分报道暂时查不到，这里只查了其余的。"
CUT = "问题很长，只按前 {limit:,} 字查找。"
SHOW_NEAREST = "看看这一篇"
ALONE = "单独搜"
ANY_TIME, ALL_SOURCES, EVERYTHING = "不限时间", "所有来源", "不限范围"
LATEST = "最新的报道"
WHATS_NEW = "最近有什么新闻"
EMPTY_STORE = "还没有收录报道。用 add 收录文章后再问。"
NO_WORDS = "问题里没有可以查找的字词，请写一个完整的问题。"
NO_SOURCE = "来源不明"
# Characters of a question, and of another paper's sentence; papers that are named.
_LONGEST_ECHO, _LONGEST_SENTENCE, _MOST_NAMED = 40, 80, 3


def not_found(question: str, articles: int, newest: str | None, where: str | None = None, near: str = "") -> str:
    """An honest no: the question, what is `near`, the number of articles, and which were searched if not all."""
    if not articles:
        return said(EMPTY_STORE)
    if not any(map(str.isalnum, question)):
        return said(NO_WORDS)
    searched = (
        said("查了 {articles:,} 篇，最新一篇是 {newest}。", articles=articles, newest=newest[:10])
        if newest
        else said("查了 {articles:,} 篇。", articles=articles)
    )
    none = joined(said("没有找到能回答“{question}”的报道。", question=echo(question)), near)
    return "\n".join(filter(None, (none, searched, where, said("试试换个说法，或只写地名、人名、单位名。"))))


def missing(names: Sequence[str]) -> str:
    """没有提到“西安”、“2019年”; empty without names. The first three are named."""
    quoted = said("、").join(said("“{name}”", name=name) for name in names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        quoted = said("{names}等", names=quoted)
    return said("没有提到{names}", names=quoted) if names else ""


def lacking(names: Sequence[str]) -> str:
    """最接近的一篇也没有提到“西安”。"""
    return said("最接近的一篇也{missing}。", missing=missing(names))


def nearest(title: str, names: Sequence[str]) -> str:
    """最接近的是《兰州签约》，没有提到“西安”。"""
    title = " ".join(title.split())
    if names:
        return said("最接近的是《{title}》，{missing}。", title=title, missing=missing(names))
    return said("最接近的是《{title}》。", title=title)


def asked(question: str) -> str:
    return said(ASKED) + " ".join(question.split())


def continued(last: str) -> str:
    """接着“新桥全长多少米”问："""
    return said("接着“{last}”问：", last=echo(last))


def not_continued(last: str, question: str) -> str:
    return said("接着“{last}”没有找到“{question}”的回答。", last=echo(last), question=echo(question))


def echo(question: str) -> str:
    """The question on one line, at most `_LONGEST_ECHO` characters."""
    one_line = " ".join(question.split())
    return one_line if len(one_line) <= _LONGEST_ECHO else one_line[: _LONGEST_ECHO - 1] + "…"


def unread(words: str) -> str:
    return said("没看懂“{words}”，请写成 11月20日 这样的日子。", words=words)


def timeline(count: int) -> str:
    return said("这件事的 {count} 篇报道，按时间：", count=count)


def listed(which: str, count: int, *, is_all: bool) -> str:
    """11月25日的报道，共 12 篇："""
    if is_all:
        return said("{which}，共 {count} 篇：", which=which, count=count)
    return said("{which}，最前 {count} 篇：", which=which, count=count)


def none_there(which: str, stock: str, hint: str | None) -> str:
    """An honest no to a question for news of which nothing is stored."""
    return "\n".join(filter(None, (said("没有收录{which}。", which=which), stock, hint)))


def try_it(question: str) -> str:
    return said("试试：{question}", question=question)


def stock(articles: int, newest: str | None, today: date) -> str:
    """现有 128 篇报道，最新一篇：11月24日 09:12。"""
    if newest is None:
        return said("现有 {articles:,} 篇报道。", articles=articles)
    return said("现有 {articles:,} 篇报道，最新一篇：{newest}。", articles=articles, newest=days.moment(newest, today))


def source_line(source: str | None, published: str | None, today: date) -> str:
    """兰州晚报 · 2020-02-24（6 年前）"""
    return f"{source or said(NO_SOURCE)} · {days.dated(published, today)}"


def heading(text: str) -> str:
    return said("小标题：{heading}", heading=text)


def reprints(shown: str | None, sources: Iterable[str | None]) -> str | None:
    """另有 2 家报道：甲报、乙网; None when only the shown paper has it.

    Each paper counts once; the first three are named.
    """
    papers = dict.fromkeys(source or said(NO_SOURCE) for source in sources)
    papers.pop(shown or said(NO_SOURCE), None)
    if not papers:
        return None
    named = said("、").join(list(papers)[:_MOST_NAMED])
    if len(papers) > _MOST_NAMED:
        named = said("{names}等", names=named)
    return said("另有 {count} 家报道：{papers}", count=len(papers), papers=named)


def report(source: str | None, published: str | None, sentence: str, today: date) -> str:
    """甲报 · 2020-02-24（6 年前）：死亡人数升至五人。"""
    line = " ".join(sentence.split())
    line = line if len(line) <= _LONGEST_SENTENCE else line[: _LONGEST_SENTENCE - 1] + "…"
    return said("{origin}：{sentence}", origin=source_line(source, published, today), sentence=line)
