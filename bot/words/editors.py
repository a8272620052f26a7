"""Sentences about pushes and removals: cards, counts and refusals."""

from bot.words.language import said

EMPTY_FOR_EDITORS = "还没有收录报道。把文章发给我就行：/add 后面跟全文，或用 /add 回复一条消息。"
ADD_USAGE = "请把文章或链接写在 <code>/add</code> 后面，或用 /add 回复要收录的消息或文件。"
CHECK_USAGE = "请把文章或链接写在 <code>/check</code> 后面，或用 /check 回复要看的消息或文件。"
ADD_HINT = "要收录这篇，请用 /add 回复它。"
NOT_AN_EDITOR = "只有编辑可以收录文章，这条没有保存。"
NOT_AN_EDITOR_REMOVES = "只有编辑可以下架文章，没有改动。"
YOUR_NUMBER = "如果你是编辑，请把你的号码交给运营者："
TO_ASK = "想提问，直接写问题就行。"
ANONYMOUS = "你现在是匿名身份，我认不出是谁，所以没有执行。请关闭匿名，或在私聊里发给我。"
FORWARDED_COMMAND = "转发来的命令我不执行，没有改动。请自己发一次。"
TOO_BIG = "文件太大：机器人最多能取 20 MB，请拆开，或在命令行里用 add 收录。"
MANY_LINKS = "一次最多取 {most} 个链接，请再发一次。"
NO_WORDS = "没有文字，没有收录。请附上说明文字，或发文件。"
NOTHING_TO_ADD = "这条消息里没有文字，也没有文件，没有收录。"
SOURCE, DAY, AUTHOR, LINK = "来源", "时间", "记者", "链接"
NOT_READ, NO_VALUE, THE_ORIGINAL = "⚠️ 没认出", "无", "原文"
TO_EDIT = "要更正，请回复本消息，例如“来源：兰州晚报”。"
OWN_ANSWER = "这是我自己的回答，不能收录。"
OUT_OF_REACH = "取不到，请重发。"
ARTICLE_OR_QUESTION = "这段话没有来源和时间。是要收录，还是提问？"
STORE, ASK = "收录", "提问"
BATCH_OPEN = "把文章一篇一篇发来，文字、转发、链接、文件都行；发完了写 /done。十分钟没有动静就自动结束。"
BATCH_STILL_OPEN = "这一批还开着，接着发就行；发完了写 /done。"
BATCH_NOT_OPEN = "现在没有打开的批次。发 /add 打开一批。"
BATCH_EMPTY = "这一批里没有文章。"
BATCH_CLOSED = "本批已结束，结果见下面。"
WORKING = "正在收录…"
CHECKED = "检查过了，没有收录："
THIS_MESSAGE, A_FILE = "这条消息", "文件"
UNSTORED = "没有改动：{reason}"
PARTLY_STORED = "中途停下，此前：{counts}。{reason}请重新发送，会接着收录。"


def card_title(kind: str, number: int) -> str:
    title = {
        "added": "已收录 #{number}，现在就能搜到。",
        "updated": "已更正 #{number}，现在就能搜到。",
        "duplicate": "已有 #{number}，内容相同，没有改动。",
    }[kind]
    return said(title, number=number)


def field(name: str, value: str | None, missing: str = NOT_READ) -> str:
    """来源：兰州晚报; the value is HTML or plain, as the caller has it."""
    return said("{name}：{value}", name=said(name), value=value or said(missing))


def extent(paragraphs: int, headings: int, characters: int) -> str:
    """正文：8 段，4 个小标题，约 1,800 字. From 100 characters on, the length is rounded to hundreds."""
    length = characters if characters < 100 else round(characters, -2)
    if headings:
        return said(
            "正文：{paragraphs} 段，{headings} 个小标题，约 {length:,} 字",
            paragraphs=paragraphs,
            headings=headings,
            length=length,
        )
    return said("正文：{paragraphs} 段，约 {length:,} 字", paragraphs=paragraphs, length=length)


def batch(count: int, counts: str) -> str:
    return said("本批 {count} 条：{counts}", count=count, counts=counts)


def and_more(count: int) -> str:
    return said("……还有 {count} 条", count=count)


def counts(added: int, updated: int, duplicates: int, refused: int) -> str:
    return said(
        "新增 {added} · 更正 {updated} · 已有 {duplicates} · 未收录 {refused}",
        added=added,
        updated=updated,
        duplicates=duplicates,
        refused=refused,
    )


def refused(item: str, reason: str) -> str:
    return said("未收录 {item}：{reason}", item=item or said("（空）"), reason=reason)


def taken_down(number: int, title: str) -> str:
    return said("已下架 #{number}《{title}》。", number=number, title=title)


def no_such_article(number: int) -> str:
    return said("没有编号为 {number} 的文章。", number=number)


def withheld(number: int, by: str) -> str:
    """Why an article is not stored that was removed before; a refusal, and so in Chinese."""
    return f"{by}曾把它（#{number}）下架，没有再收录。"
