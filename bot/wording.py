"""What does the bot say? Every sentence that a reader or an operator meets; Chinese first."""

import errno
from datetime import date

POSSIBLE = "没有直接的回答，这段可能相关："
NO_TOKEN = "没有设置 TELEGRAM_BOT_TOKEN，先在终端里问答（每行一个问题，Ctrl-D 结束）。"
NOT_YET_TELEGRAM = "已设置 TELEGRAM_BOT_TOKEN，但这个版本还不能接入 Telegram；去掉它就能在终端里问答。"
NOT_YET_LINKS = "还不能收录链接，请把正文存为文本再收录。"
NOTHING_IN_IT = "里面没有文件。"
NO_WORDS = "问题里没有可以查找的字词，请写一个完整的问题。"
EMPTY_STORE = "还没有收录报道。用 add 收录文章后再问。"
PROMPT = "问> "
OTHERS = "其他结果："
SOUND = "数据库完好。"
REPAIRED = "已按文章重建索引。"
REPAIR_HINT = "可以运行 python -m bot check --repair 按文章重建索引。"
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
}
_LONGEST_ECHO = 40


def not_found(question: str, articles: int, newest: str | None) -> str:
    """An honest no: what was asked and what was searched."""
    if not articles:
        return EMPTY_STORE
    echo = " ".join(question.split())
    if not any(map(str.isalnum, echo)):
        return NO_WORDS
    echo = echo if len(echo) <= _LONGEST_ECHO else echo[: _LONGEST_ECHO - 1] + "…"
    searched = f"查了 {articles:,} 篇" + (f"，最新一篇是 {newest[:10]}。" if newest else "。")
    return f"没有找到能回答“{echo}”的报道。\n{searched}\n试试换个说法，或只写地名、人名、单位名。"


def source_line(source: str | None, published: str | None, today: date) -> str:
    """兰州晚报 · 2020-02-24（6 年前）"""
    return " · ".join(filter(None, (source or "来源不明", _day(published, today))))


def _day(published: str | None, today: date) -> str:
    if published is None:
        return "日期不明"
    day = date.fromisoformat(published[:10])
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    return published[:10] + (f"（{years} 年前）" if years >= 1 else "")


def heading(text: str) -> str:
    return f"小标题：{text}"


def outcome(kind: str, number: int, title: str, facts: str) -> str:
    said = {"added": "已收录", "updated": "已更正", "duplicate": "已有"}[kind]
    return f"{said} #{number}《{title}》 {facts}"


def added(added: int, updated: int, duplicates: int, refused: int) -> str:
    return f"新增 {added} · 更正 {updated} · 已有 {duplicates} · 未收录 {refused}"


def stopped(so_far: str) -> str:
    return f"中途停下，此前：{so_far}。重新运行会接着收录。"


def refused(item: str, reason: str) -> str:
    return f"未收录 {item or '（空）'}：{reason}"


def no_such_article(number: int) -> str:
    return f"没有编号为 {number} 的文章。"


def removed(numbers: list[int]) -> str:
    return f"已下架 {'、'.join(f'#{number}' for number in numbers)}。"


def exported(articles: int, path: str) -> str:
    return f"已导出 {articles:,} 篇到 {path}。"


def cannot_write(path: str, error: OSError) -> str:
    return f"不能写入 {path}：{error.strerror or error}。"


def no_file_name(path: str) -> str:
    return f"“{path}”不是文件名；请给出要写的文件，例如 all.jsonl。"


def cannot_read(error: OSError) -> str:
    reasons = {errno.ENOENT: "没有这个文件", errno.EACCES: "没有权限", errno.ENOTDIR: "没有这个文件"}
    return f"不能读取：{reasons.get(error.errno or 0, error.strerror or str(error))}。"


def system(error: OSError) -> str:
    return f"{error.filename}：{error.strerror}。" if error.filename else f"{error.strerror or error}。"


def failure(sentence: str) -> str:
    return f"错误：{sentence}"
