"""What does the bot say? Every sentence that a reader or an operator meets; Chinese first."""

import errno
import re
from collections.abc import Iterable
from datetime import date

POSSIBLE = "没有直接的回答，这段可能相关："
NO_TOKEN = "没有设置 TELEGRAM_BOT_TOKEN，先在终端里问答（每行一个问题，Ctrl-D 结束）。"
STANDARD_INPUT = "标准输入"
NOTHING_IN_IT = "里面没有文件。"
NO_WORDS = "问题里没有可以查找的字词，请写一个完整的问题。"
EMPTY_STORE = "还没有收录报道。用 add 收录文章后再问。"
EMPTY_FOR_READERS = "还没有收录报道，请稍后再来。"
EMPTY_FOR_EDITORS = "还没有收录报道。把文章发给我就行：/add 后面跟全文，或用 /add 回复一条消息。"
GREETING = (
    "你好，我是新闻问答机器人。\n把问题直接发给我，我从已收录的报道里找出最相关的一段，标出回答问题的那句话，"
    "并注明出处和日期。内容都是报道原文，我不编写，也不总结。"
)
FIRST_QUESTION = "易华录在兰州投资约多少亿元？"
FIRST_TITLE = "兰州创新招商签约模式省时省事 企业家纷纷叫好"
IN_GROUPS = "怎么在群里用"
WHATS_NEW = "最近有什么新闻"
GROUP_HELP = (
    "把我加进群，然后：\n/ask 加上问题，例如 <code>/ask 招商引资有什么新做法</code>\n或回复我的消息再问。\n"
    "不加我也行：在任何聊天里输入 @{username} 和问题，选一条发送。\n没有叫我时，我不出声。"
)
HELP = (
    "<b>提问</b>\n私聊：直接写问题\n群里：/ask 问题，或回复我的消息再问\n"
    "任何聊天：输入 @{username} 和问题，选一条发送\n"
    "<b>限定范围</b>：昨天、近三天、2020年2月的报道、兰州晚报报道、最新\n我只引用原文，不判断真假。"
)
HELP_FOR_EDITORS = (
    "\n\n<b>编辑</b>：/add 加全文或链接，或用 /add 回复一条消息、一个文件即收录；"
    "在私聊里直接把文件、链接、转发或全文发给我也行\n"
    "/remove 编号　下架\n/stats 统计　/id 我的号码"
)
HELLO_GROUP = "大家好，我是新闻问答机器人。用 /ask 加问题来问我，或回复我的消息再问；没有叫我时我不出声。"
ASK_USAGE = "请在 <code>/ask</code> 后面写上问题，例如：<code>/ask 招商引资有什么新做法</code>"
ADD_USAGE = "请把文章或链接写在 <code>/add</code> 后面，或用 /add 回复要收录的消息或文件。"
ADD_HINT = "要收录这篇，请用 /add 回复它。"
REMOVE_USAGE = "请在 <code>/remove</code> 后面写上文章编号，例如：<code>/remove 129</code>"
UNKNOWN_COMMAND = "我不认识这个命令。发 /help 看看能做什么。"
TEXT_ONLY = "我只看得懂文字，请把问题写出来。"
NOT_AN_EDITOR = "只有编辑可以收录文章，这条没有保存。"
NOT_AN_EDITOR_REMOVES = "只有编辑可以下架文章，没有改动。"
YOUR_NUMBER = "如果你是编辑，请把你的号码交给运营者："
TO_ASK = "想提问，直接写问题就行。"
ANONYMOUS = "你现在是匿名身份，我认不出是谁，所以没有执行。请关闭匿名，或在私聊里发给我。"
FORWARDED_COMMAND = "转发来的命令我不执行，没有改动。请自己发一次。"
ID_IN_PRIVATE = "请在私聊里发 /id，号码不在群里显示。"
ID_IS = "你的号码："
ID_EDITOR = "你是编辑。"
BUSY = "现在提问的人太多，请稍等几秒再问。"
SLOW = "这次查得太慢，没能及时回答，请稍后再问。"
STALE = "这条结果太旧了，请重新提问。"
GONE = "这篇报道已下架。"
CUT = "问题很长，只按前 {limit:,} 字查找。"
OLD_NEWS = "没有找到近 30 天的报道，下面是较早的一篇："
INLINE_EMPTY = "写上问题，例如：易华录投资多少"
INLINE_NONE = "没有找到，去私聊问我"
INLINE_BUSY = "请稍后再试"
TOO_BIG = "文件太大：机器人最多能取 20 MB，请拆开，或在命令行里用 add 收录。"
MANY_LINKS = "一次最多取 {most} 个链接，请再发一次。"
NOTHING_TO_ADD = "这条消息里没有文字，也没有文件，没有收录。"
CARD_AUTHOR, CARD_LINK = "记者：", "链接："
WELCOME = "不客气，还有问题直接写给我。"
TO_REMOVE = "要下架，请发 "
UNSTORED = "没有改动：{reason}"
PARTLY_STORED = "中途停下，此前：{counts}。{reason}请重新发送，会接着收录。"
NO_SOURCE = "来源不明"
BROKEN = "出错了，已经记录。请稍后再试。（编号 {number}）"
PROMPT = "问> "
OTHERS = "其他结果："
DIFFERING = "各家说法不同："
SOUND = "数据库完好。"
REPAIRED = "已修复，并按文章重建索引。"
REPAIR_HINT = "可以运行 python -m bot check --repair 修复：读得出的文章都保留，编号不变。"
NOTHING_TO_REPAIR = "一篇文章也读不出，没有改动；请从备份恢复。"
INTERRUPTED = "已中断：已报告收录的都已保存，重新运行会接着收录。"
STATISTICS = {
    "articles": "文章",
    "passages": "段落",
    "sources": "来源",
    "oldest": "最早",
    "newest": "最新",
    "segments": "索引段",
    "database": "数据库",
    "bytes": "字节",
    "tokenizer": "分词",
}
OUT_OF_MEMORY = "内存不足，没有做完；此前已报告收录的都在。请放宽内存限制，或减少一次处理的内容。"
_REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.ENOTDIR: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.ENOMEM: "内存不足",
}
_LONGEST_ECHO = 40
# Of a sentence in which another paper says something else, and of the papers that say the same.
_LONGEST_SENTENCE, _MOST_NAMED = 80, 3


_COMMANDS = (("ask", "提问：/ask 问题"), ("help", "怎么用"), ("start", "从头开始"))
_EDITORS_COMMANDS = (("add", "收录"), ("remove", "下架"), ("stats", "统计"), ("id", "我的号码"))


def commands(*, editor: bool) -> tuple[tuple[str, str], ...]:
    """The commands of Telegram's menu with their descriptions."""
    return _COMMANDS + (_EDITORS_COMMANDS if editor else ())


def not_found(question: str, articles: int, newest: str | None, where: str | None = None) -> str:
    """An honest no: what was asked and what was searched; `where` says it when that was not simply everything."""
    if not articles:
        return EMPTY_STORE
    echo = " ".join(question.split())
    if not any(map(str.isalnum, echo)):
        return NO_WORDS
    echo = echo if len(echo) <= _LONGEST_ECHO else echo[: _LONGEST_ECHO - 1] + "…"
    searched = f"查了 {articles:,} 篇" + (f"，最新一篇是 {newest[:10]}。" if newest else "。")
    lines = [f"没有找到能回答“{echo}”的报道。", searched, where, "试试换个说法，或只写地名、人名、单位名。"]
    return "\n".join(filter(None, lines))


def none_there(which: str, stock: str, hint: str | None) -> str:
    """An honest no to who asked for nothing but what there is new."""
    return "\n".join(filter(None, (f"没有收录{which}。", stock, hint)))


def source_line(source: str | None, published: str | None, today: date) -> str:
    """兰州晚报 · 2020-02-24（6 年前）"""
    return " · ".join(filter(None, (source or NO_SOURCE, day(published, today))))


def day(published: str | None, today: date) -> str:
    if published is None:
        return "日期不明"
    then = date.fromisoformat(published[:10])
    years = today.year - then.year - ((today.month, today.day) < (then.month, then.day))
    return published[:10] + (f"（{years} 年前）" if years >= 1 else "")


# What is said in passing, without punctuation: it asks for nothing that a newspaper has printed.
_GREETING = re.compile("(你|您|你们|大家)好|嗨|哈喽|hi|hello|在|你是谁|你[会能]做?什么|怎么用你?|帮助|help")
_THANKS = re.compile("(好的?|非常)?(谢谢[你您]?|多谢|感谢)|thanks|好的?|ok|知道|明白|收到")


def is_greeting(question: str) -> bool:
    return _GREETING.fullmatch(_bare(question)) is not None


def is_thanks(question: str) -> bool:
    return _THANKS.fullmatch(_bare(question)) is not None


def _bare(question: str) -> str:
    return re.sub("[啊呀哦吗呢吧了]$", "", re.sub(r"[\W_]", "", question.lower()))


def try_it(question: str) -> str:
    return f"试试：{question}"


def example(title: str) -> str:
    """What one may ask while the article of this title is the newest."""
    return FIRST_QUESTION if title == FIRST_TITLE else title


def stock(articles: int, newest: str | None, today: date) -> str:
    """现有 128 篇报道，最新一篇：11月24日 09:12。"""
    return f"现有 {articles:,} 篇报道" + (f"，最新一篇：{moment(newest, today)}。" if newest else "。")


def moment(published: str, today: date) -> str:
    """The day as one says it, with the year when it is another one, and the time if it is known."""
    then = date.fromisoformat(published[:10])
    said = f"{then.month}月{then.day}日" if then.year == today.year else published[:10]
    return said + published[10:]


def reprints(shown: str | None, sources: Iterable[str | None]) -> str | None:
    """另有 2 家报道：甲报、乙网; None when no paper but the one shown has it. Each paper once, three by name."""
    papers = dict.fromkeys(source or NO_SOURCE for source in sources)
    papers.pop(shown or NO_SOURCE, None)
    if not papers:
        return None
    return (
        f"另有 {len(papers)} 家报道：{'、'.join(list(papers)[:_MOST_NAMED])}{'等' if len(papers) > _MOST_NAMED else ''}"
    )


def conflicting(source: str | None, published: str | None, sentence: str, today: date) -> str:
    """甲报 · 2020-02-24（6 年前）：死亡人数升至五人。"""
    said = " ".join(sentence.split())
    said = said if len(said) <= _LONGEST_SENTENCE else said[: _LONGEST_SENTENCE - 1] + "…"
    return f"{source_line(source, published, today)}：{said}"


def heading(text: str) -> str:
    return f"小标题：{text}"


def card_title(kind: str, number: int) -> str:
    return {
        "added": f"已收录 #{number}，现在就能搜到。",
        "updated": f"已更正 #{number}，现在就能搜到。",
        "duplicate": f"已有 #{number}，内容相同，没有改动。",
    }[kind]


def field(name: str, value: str | None) -> str:
    return f"{name}：{value or '⚠️ 没认出'}"


def extent(paragraphs: int, headings: int, characters: int) -> str:
    said = f"正文：{paragraphs} 段，" + (f"{headings} 个小标题，" if headings else "")
    return f"{said}约 {characters if characters < 100 else round(characters, -2):,} 字"


def batch(count: int, counts: str) -> str:
    return f"本批 {count} 条：{counts}"


def and_more(count: int) -> str:
    return f"……还有 {count} 条"


def taken_down(number: int, title: str) -> str:
    return f"已下架 #{number}《{title}》。"


def statistics(articles: int, passages: int, sources: int, newest: str | None, today: date) -> str:
    said = f"现有 {articles:,} 篇报道，{passages:,} 段，{sources:,} 个来源。"
    return said + (f"\n最新一篇：{moment(newest, today)}。" if newest else "")


def outcome(kind: str, number: int, title: str, facts: str) -> str:
    said = {"added": "已收录", "updated": "已更正", "duplicate": "已有"}[kind]
    return f"{said} #{number}《{title}》 {facts}"


def added(added: int, updated: int, duplicates: int, refused: int) -> str:
    return f"新增 {added} · 更正 {updated} · 已有 {duplicates} · 未收录 {refused}"


def stopped(so_far: str) -> str:
    return f"中途停下，此前：{so_far}。重新运行会接着收录。"


def refused(item: str, reason: str) -> str:
    return f"未收录 {item or '（空）'}：{reason}"


def damaged_article(number: int, *, is_lost: bool) -> str:
    if is_lost:
        return f"第 {number} 号文章读不出，没有导出。"
    return f"第 {number} 号文章与保存时不同（可能已损坏），按现状导出。"


def can_be_saved(articles: int, numbers: str) -> str:
    return f"export 能保存 {articles:,} 篇文章{f'：{numbers}' if numbers else ''}。"


def repaired_as_new(kept: str, articles: int) -> str:
    return f"已用读得出的 {articles:,} 篇文章建立新的数据库，损坏的那个留在 {kept}。正在运行的机器人要重新启动。"


def no_such_article(number: int) -> str:
    return f"没有编号为 {number} 的文章。"


def removed(numbers: list[int]) -> str:
    return f"已下架 {'、'.join(f'#{number}' for number in numbers)}。"


def exported(articles: int, path: str) -> str:
    return f"已导出 {articles:,} 篇到 {path}。"


def backed_up(path: str, size: int) -> str:
    return (
        f"已备份到 {path}（{size:,} 字节）。恢复：停止程序，删去数据库和它的 -wal、-shm，再把备份放到 DATABASE_PATH。"
    )


def database_itself(path: str) -> str:
    return f"{path} 就是正在使用的数据库，请给出另一个文件名。"


def no_regular_file(path: str) -> str:
    return f"{path} 不是普通文件（是文件夹、设备或管道），没有写入；export 写到标准输出用 -。"


def no_room(path: str, wanted: int, free: int) -> str:
    return f"磁盘已满，没有写完 {path}：约需 {wanted:,} 字节，只剩 {free:,} 字节；数据库没有变。"


def cannot_write(path: str, error: OSError) -> str:
    reason = "没有这个文件夹" if error.errno == errno.ENOENT else _reason(error)
    return f"不能写入 {path}：{reason}。"


def no_file_name(path: str) -> str:
    return f"“{path}”不是文件名；请给出要写的文件，例如 all.jsonl。"


def cannot_read(error: OSError) -> str:
    return f"不能读取：{_reason(error)}。"


def system(error: OSError) -> str:
    return f"{error.filename}：{_reason(error)}。" if error.filename else f"{_reason(error)}。"


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def failure(sentence: str) -> str:
    return f"错误：{sentence}"
