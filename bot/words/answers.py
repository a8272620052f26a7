"""Sentences around an answer, in Telegram and on a terminal alike."""

from collections.abc import Iterable, Sequence
from datetime import date

POSSIBLE = "没有直接的回答，这段可能相关："
OTHERS = "其他结果："
ASKED = "问："
DIFFERING = "各家说法不同："
EARLIER = "较早的报道："
OLD_NEWS = "没有找到近 30 天的报道，下面是较早的一篇："
FURTHER = "一次回答一个问题：答的是第一个，另外 {count} 个请分开问。"
SEARCHED_AS = "按“{word}”查找："
CUT = "问题很长，只按前 {limit:,} 字查找。"
SHOW_NEAREST = "看看这一篇"
ALONE = "单独搜"
ANY_TIME, ALL_SOURCES, EVERYTHING = "不限时间", "所有来源", "不限范围"
REPORTS, LATEST = "的报道", "最新的报道"
WHATS_NEW = "最近有什么新闻"
EMPTY_STORE = "还没有收录报道。用 add 收录文章后再问。"
NO_WORDS = "问题里没有可以查找的字词，请写一个完整的问题。"
NO_SOURCE = "来源不明"
# Characters of a question, and of another paper's sentence; papers that are named.
_LONGEST_ECHO, _LONGEST_SENTENCE, _MOST_NAMED = 40, 80, 3


def not_found(question: str, articles: int, newest: str | None, where: str | None = None, near: str = "") -> str:
    """An honest no: the question, what is `near`, the number of articles, and which were searched if not all."""
    if not articles:
        return EMPTY_STORE
    if not any(map(str.isalnum, question)):
        return NO_WORDS
    echo = _echo(question)
    searched = f"查了 {articles:,} 篇" + (f"，最新一篇是 {newest[:10]}。" if newest else "。")
    lines = [f"没有找到能回答“{echo}”的报道。{near}", searched, where, "试试换个说法，或只写地名、人名、单位名。"]
    return "\n".join(filter(None, lines))


def missing(names: Sequence[str]) -> str:
    """没有提到“西安”、“2019年”; empty without names. The first three are named."""
    quoted = "、".join(f"“{name}”" for name in names[:_MOST_NAMED])
    return f"没有提到{quoted}{'等' if len(names) > _MOST_NAMED else ''}" if names else ""


def lacking(names: Sequence[str]) -> str:
    """最接近的一篇也没有提到“西安”。"""
    return f"最接近的一篇也{missing(names)}。"


def nearest(title: str, names: Sequence[str]) -> str:
    """最接近的是《兰州签约》，没有提到“西安”。"""
    return "，".join(filter(None, (f"最接近的是《{' '.join(title.split())}》", missing(names)))) + "。"


def asked(question: str) -> str:
    return ASKED + " ".join(question.split())


def continued(last: str) -> str:
    """接着“新桥全长多少米”问："""
    return f"接着“{_echo(last)}”问："


def not_continued(last: str, question: str) -> str:
    return f"接着“{_echo(last)}”没有找到“{_echo(question)}”的回答。"


def _echo(question: str) -> str:
    one_line = " ".join(question.split())
    return one_line if len(one_line) <= _LONGEST_ECHO else one_line[: _LONGEST_ECHO - 1] + "…"


def unread(words: str) -> str:
    return f"没看懂“{words}”，请写成 11月20日 这样的日子。"


def timeline(count: int) -> str:
    return f"这件事的 {count} 篇报道，按时间："


def listed(which: str, count: int, *, is_all: bool) -> str:
    """11月25日的报道，共 12 篇："""
    return f"{which}，共 {count} 篇：" if is_all else f"{which}，最前 {count} 篇："


def none_there(which: str, stock: str, hint: str | None) -> str:
    """An honest no to a question for news of which nothing is stored."""
    return "\n".join(filter(None, (f"没有收录{which}。", stock, hint)))


def try_it(question: str) -> str:
    return f"试试：{question}"


def stock(articles: int, newest: str | None, today: date) -> str:
    """现有 128 篇报道，最新一篇：11月24日 09:12。"""
    return f"现有 {articles:,} 篇报道" + (f"，最新一篇：{moment(newest, today)}。" if newest else "。")


def source_line(source: str | None, published: str | None, today: date) -> str:
    """兰州晚报 · 2020-02-24（6 年前）"""
    return " · ".join(filter(None, (source or NO_SOURCE, day(published, today))))


def day(published: str | None, today: date) -> str:
    """2020-02-24（6 年前）"""
    if published is None:
        return "日期不明"
    then = date.fromisoformat(published[:10])
    years = today.year - then.year - ((today.month, today.day) < (then.month, then.day))
    return published[:10] + (f"（{years} 年前）" if years >= 1 else "")


def moment(published: str, today: date) -> str:
    """11月24日 09:12; with the year if that is not the current one, without the time if it is unknown."""
    then = date.fromisoformat(published[:10])
    day = f"{then.month}月{then.day}日" if then.year == today.year else published[:10]
    return day + published[10:]


def heading(text: str) -> str:
    return f"小标题：{text}"


def reprints(shown: str | None, sources: Iterable[str | None]) -> str | None:
    """另有 2 家报道：甲报、乙网; None when only the shown paper has it.

    Each paper counts once; the first three are named.
    """
    papers = dict.fromkeys(source or NO_SOURCE for source in sources)
    papers.pop(shown or NO_SOURCE, None)
    if not papers:
        return None
    return (
        f"另有 {len(papers)} 家报道：{'、'.join(list(papers)[:_MOST_NAMED])}{'等' if len(papers) > _MOST_NAMED else ''}"
    )


def report(source: str | None, published: str | None, sentence: str, today: date) -> str:
    """甲报 · 2020-02-24（6 年前）：死亡人数升至五人。"""
    line = " ".join(sentence.split())
    line = line if len(line) <= _LONGEST_SENTENCE else line[: _LONGEST_SENTENCE - 1] + "…"
    return f"{source_line(source, published, today)}：{line}"
