"""Sentences for operators: output of the commands, errors, and notices of the serving bot."""

import errno
from datetime import date

from retrieval.change import Actor

NO_TOKEN = "没有设置 TELEGRAM_BOT_TOKEN，先在终端里问答（每行一个问题，Ctrl-D 结束）。"
STANDARD_INPUT = "标准输入"
NOTHING_IN_IT = "里面没有文件。"
ONLY_HTTP = "只能读取 http:// 和 https:// 开头的网址。"
LEAVING = ("exit", "quit", "退出", ":q")
CHAT_HELP = (
    "直接写问题，例如：易华录在兰州投资约多少亿元？\n"
    "可以接着问：那深圳呢、为什么；昨天的新闻、台风 给出文章列表。写 退出 或 exit 结束。"
)
PROMPT = "问> "
SOUND = "数据库完好。"
REPAIRED = "已修复，并按文章重建索引。"
REPAIR_HINT = "可以用 check --repair 修复：读得出的文章都保留，编号不变。"
NOTHING_TO_REPAIR = "一篇文章也读不出，没有改动；请从备份恢复。"
NO_COPY_OF_A_SERVER = (
    "搜索服务器的快照由它自己做（见 docs/cluster.md），这里不备份；要带走全部文章，请用 export 导出为一个文件。"
)
SERVER_SOUND = "搜索服务器里的文章完好。"
SAME_NUMBER = "两个编号相同，没有改动。"
NO_SUCH_ENTRY = "没有这一条记录，或它不能撤销。"
AGAIN_HINT = "确要收录请加 --again。"
ANYWAY_HINT = "仍要撤销请加 --anyway。"
INTERRUPTED = "已中断：已报告收录的都已保存，重新运行会接着收录。"
OUT_OF_MEMORY = "内存不足，没有做完；此前已报告收录的都在。请放宽内存限制，或减少一次处理的内容。"
NO_FEEDS = "还没有订阅源；用 feeds --add 网址 加一个。"
ONLY_WITH_ADD = "--full-text 和 --summary 只能和 --add 一起用。"
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
    "server": "搜索服务器",
    "health": "集群状态",
    "nodes": "节点",
    "unassigned_shards": "未分配的分片",
}
_REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.ENOTDIR: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.ENOMEM: "内存不足",
}

# Notices of the serving bot, on standard error and in the log

PREPARING = "正在准备…"
CONNECTED = "已连接 @{username}（{way}），现有 {articles} 篇报道。"
POLLING, WEBHOOK = "轮询", "webhook"
PRIVACY_OFF = "隐私模式已关：群里的每条消息都会送来，只回答叫到它的。"
AWAY = "连不上 Telegram（{reason}），会继续尝试。"
BACK = "又连上 Telegram 了。"
WRONG_TOKEN = "Telegram 不认这个 TELEGRAM_BOT_TOKEN；请向 @BotFather 核对，并检查 TELEGRAM_BASE_URL。"
SECOND_POLLER = "另一个程序正在用同一个 TELEGRAM_BOT_TOKEN 收消息；请先停掉它，再启动这个。"
TWO_POLLERS = "另一个程序也在用同一个 TELEGRAM_BOT_TOKEN 收消息；请停掉它。"
PORT_TAKEN = "不能在 {listen}:{port} 监听 webhook（{reason}）；请换 WEBHOOK_PORT 或 WEBHOOK_LISTEN。"
REFUSED = "Telegram 没有接受：{reason}"
NOT_CONFIRMED = "停止时没能告诉 Telegram 哪些消息已处理（{reason}），重新启动后可能会再答一次。"
STOPPED = "已停止。"


def broken(number: str, kind: str, untold: int, *, is_last: bool) -> str:
    """A notice to owners of an error that a handler met."""
    lines = [f"出错，编号 {number}：{kind}", "日志里按编号能找到经过。"]
    if untold:
        lines.append(f"上次通知以后，同样的错误另有 {untold} 次。")
    if is_last:
        lines.append("今天的通知到此为止，其余只记在日志里。")
    return "\n".join(lines)


def no_owner(link: str, minutes: int) -> str:
    return f"还没有管理者，谁也不能收录。打开这个链接的第一个人成为管理者，{minutes} 分钟内有效，只能用一次：{link}"


def outcome(kind: str, number: int, title: str, facts: str) -> str:
    """已收录 #7《题目》 某报 · 2026-06-15"""
    change = {"added": "已收录", "updated": "已更正", "duplicate": "已有"}[kind]
    return f"{change} #{number}《{title}》 {facts}"


def no_days(since: date, until: date) -> str:
    return f"--since {since} 在 --until {until} 之后，没有这样的日子；--since 应不晚于 --until。"


def no_utf_8(line: int) -> str:
    return f"标准输入第 {line} 行不是 UTF-8 编码；应为 UTF-8 文本。"


def no_folder(path: str) -> str:
    return f"{path} 不是文件夹。"


def watching(path: str) -> str:
    return f"正在看着 {path}，新来的文件随到随收；Ctrl-C 结束。"


def read_file(path: str, counts: str) -> str:
    return f"{path}：{counts}"


def folder_is_lost(path: str, error: OSError) -> str:
    return f"读不到 {path}（{_reason(error)}），会继续尝试。"


def folder_is_back(path: str) -> str:
    return f"又能读到 {path} 了。"


def replaced(number: int, by: Actor, entry: int) -> str:
    name = f"被{by.name}" if by.name else "另外"
    return f"#{number} 此前{name}改过，现在以文件为准；history {number} 列出从前的文字，undo {entry} 撤销这次更正。"


def near(number: int, other: int) -> str:
    return f"与 #{other} 几乎相同；是更正的话，请用 merge {other} {number} 合并。"


def others(file: str, count: int) -> str:
    """The parts of a file beyond those that were named."""
    return f"{file} 另有 {count:,} 处"


def nearly_same(count: int) -> str:
    return f"其中 {count:,} 篇与已有文章几乎相同（--json 逐篇列出）。"


def stopped(so_far: str) -> str:
    return f"中途停下，此前：{so_far}。重新运行会接着收录。"


def removed(numbers: list[int]) -> str:
    return f"已下架 {'、'.join(f'#{number}' for number in numbers)}。"


def exported(articles: int, path: str) -> str:
    return f"已导出 {articles:,} 篇到 {path}。"


def feedback_exported(liked: int, disliked: int, folder: str) -> str:
    return f"已导出到 {folder}：{liked:,} 个有人说好的问题，{disliked:,} 条不满意。"


def backed_up(path: str, size: int) -> str:
    return (
        f"已备份到 {path}（{size:,} 字节）。恢复：停止程序，删去数据库和它的 -wal、-shm，再把备份放到 DATABASE_PATH。"
    )


def damaged_article(number: int, *, is_lost: bool) -> str:
    if is_lost:
        return f"第 {number} 号文章读不出，没有导出。"
    return f"第 {number} 号文章与保存时不同（可能已损坏），按现状导出。"


def can_be_saved(articles: int, numbers: str) -> str:
    return f"export 能保存 {articles:,} 篇文章{f'：{numbers}' if numbers else ''}。"


def repaired_as_new(damaged: str, articles: int) -> str:
    return f"已用读得出的 {articles:,} 篇文章建立新的数据库，损坏的那个留在 {damaged}。正在运行的机器人要重新启动。"


def no_file_name(path: str) -> str:
    return f"“{path}”不是文件名；请给出要写的文件，例如 all.jsonl。"


def no_regular_file(path: str) -> str:
    return f"{path} 不是普通文件（是文件夹、设备或管道），没有写入；export 写到标准输出用 -。"


def another_kind(path: str) -> str:
    return f"{path} 已经有了，却不是这个命令从前写的文件，没有写入；请给出另一个文件名，或先把它移走。"


def in_use(path: str) -> str:
    return f"{path} 旁边有 -wal，正有程序使用它，没有写入；请给出另一个文件名。"


def database_itself(path: str) -> str:
    return f"{path} 就是正在使用的数据库，请给出另一个文件名。"


def no_room(path: str, wanted: int, free: int) -> str:
    return f"磁盘已满，没有写完 {path}：约需 {wanted:,} 字节，只剩 {free:,} 字节；数据库没有变。"


def cannot_write(path: str, error: OSError) -> str:
    reason = "没有这个文件夹" if error.errno == errno.ENOENT else _reason(error)
    return f"不能写入 {path}：{reason}。"


def cannot_read(error: OSError) -> str:
    return f"不能读取：{_reason(error)}。"


def system(error: OSError) -> str:
    return f"{error.filename}：{_reason(error)}。" if error.filename else f"{_reason(error)}。"


def failure(sentence: str) -> str:
    return f"错误：{sentence}"


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
