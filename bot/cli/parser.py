"""The parser of the command line. It imports neither the library nor Telegram, so that `--help` is quick."""

import argparse
import sys
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib import metadata
from pathlib import Path

from bot.cli.commands import COMMANDS

_NAME = "news-answers"
_PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
# Results of one question.
_MOST = 1_000
# The numbers of the journal grow without end. A number of this many digits still fits into a column of SQLite.
_LONGEST_NUMBER = 18
# The keys of retrieval.evaluation.rankings.ENGINES, which a test compares: importing them takes a second.
ENGINES = ("postings", "rank_bm25")


def parser() -> argparse.ArgumentParser:
    """The parser; `command` of its options is a key of COMMANDS, "serve" without a command."""
    top = argparse.ArgumentParser(
        prog=_prog(), description="回答中文新闻问题的机器人。不带命令时开始问答；设置见 .env.example。"
    )
    top.set_defaults(command="serve")
    top.add_argument("--version", action=_Version, nargs=0, help="显示版本")
    subcommands = top.add_subparsers(title="命令", metavar="COMMAND")

    ask = subcommands.add_parser("ask", help="问一个问题；退出码：0 有回答或可能的回答，1 没有找到，2 用法或设置有误")
    ask.add_argument("question", metavar="QUESTION", help="问题；- 为从标准输入逐行读")
    ask.add_argument("-k", type=_count, default=5, metavar="N", help="最多几个结果（默认 5）")
    ask.add_argument("--since", type=_day, metavar="D", help="只查这一天及以后的报道，如 2020-02-24")
    ask.add_argument("--until", type=_day, metavar="D", help="只查这一天及以前的报道")
    ask.add_argument("--source", metavar="S", help="只查来源含这几个字的报道")
    ask.add_argument("--explain", action="store_true", help="说明得分从何而来")

    add = subcommands.add_parser(
        "add",
        help="收录文件、文件夹、链接、标准输入（-）；有未收录的则退出码为 1",
        description="收录文章：纯文本、网页（HTML）、Markdown、Word（.docx）、PDF、JSON 和 JSONL、CSV 和 TSV、"
        "RSS 和 Atom、Telegram 导出的 result.json 和 messages.html，以及装着这些文件的 ZIP。"
        "不能收录的逐一说明原因，其余照常收录。",
    )
    added = add.add_mutually_exclusive_group(required=True)
    added.add_argument("items", nargs="*", default=[], metavar="ITEM", help="文件、文件夹、http(s) 链接或 -")
    added.add_argument("--watch", metavar="DIR", help="看着这个文件夹：新来的、改过的文件随到随收，直到 Ctrl-C")
    add.add_argument("--again", action="store_true", help="下架过的文章也重新收录")

    remove = subcommands.add_parser("remove", help="下架文章")
    remove.add_argument("ids", nargs="+", type=int, metavar="ID", help="文章编号")

    subcommands.add_parser("list", help="列出文章")

    show = subcommands.add_parser("show", help="显示一篇文章")
    show.add_argument("id", type=int, metavar="ID", help="文章编号")

    feeds = subcommands.add_parser("feeds", help="订阅源（RSS、Atom）：列出、加、去掉、取一次；有没取到的则退出码为 1")
    what = feeds.add_mutually_exclusive_group()
    what.add_argument("--add", metavar="URL", help="加一个订阅源，立即取一次；写 OPML 文件名，就加里面的全部")
    what.add_argument("--remove", type=_number, metavar="N", help="去掉这个编号的订阅源，收录的报道还在")
    what.add_argument("--opml", action="store_true", help="把全部订阅源写成 OPML")
    what.add_argument("--poll", action="store_true", help="现在把每个订阅源取一次，各给一行结果")
    mode = feeds.add_mutually_exclusive_group()
    mode.add_argument("--full-text", dest="is_full", action="store_true", default=None, help="取每条链接里的全文")
    mode.add_argument("--summary", dest="is_full", action="store_false", default=None, help="只收源里的文字")

    subcommands.add_parser("stats", help="统计")

    history = subcommands.add_parser("history", help="列出一篇文章从前的样子")
    history.add_argument("id", type=int, metavar="ID", help="文章编号")

    merge = subcommands.add_parser("merge", help="把两篇并成一篇：B 是 A 的更正")
    merge.add_argument("kept", type=int, metavar="A", help="保留的编号")
    merge.add_argument("other", type=int, metavar="B", help="并入的文章，它的文字和信息取代 A 的")

    log = subcommands.add_parser("log", help="列出谁在什么时候改了什么，新的在前")
    log.add_argument("-n", type=_count, default=20, metavar="N", help="最多几条（默认 20）")

    undo = subcommands.add_parser("undo", help="撤销一次改动，24 小时之内")
    undo.add_argument("entry", type=_number, metavar="N", help="log 里的号码")
    undo.add_argument("--anyway", action="store_true", help="后来又有改动也撤销")

    export = subcommands.add_parser("export", help="导出全部文章，可用 add 原样收回")
    export.add_argument("file", metavar="FILE.jsonl", help="要写的普通文件；- 为标准输出")

    feedback = subcommands.add_parser("export-feedback", help="导出读者的 👍 和 👎，成为 evaluate 能读的文件夹")
    feedback.add_argument("folder", type=Path, metavar="DIR", help="要新建的文件夹")

    backup = subcommands.add_parser("backup", help="备份数据库：一致的副本，机器人运行时也可以做")
    backup.add_argument("file", metavar="FILE", help="要写的文件，例如 backup.db")

    check = subcommands.add_parser("check", help="检查数据库；有问题则退出码为 1")
    check.add_argument("--repair", action="store_true", help="有问题时按文章重建索引")

    evaluate = subcommands.add_parser("evaluate", help="用一个文件夹的问题衡量质量和速度")
    evaluate.add_argument("folder", type=Path, metavar="DIR", help="内有 corpus.jsonl、queries.jsonl、qrels.tsv")
    evaluate.add_argument("--engine", choices=ENGINES, default="postings", help="索引引擎（默认 postings）")
    evaluate.add_argument("--plain", action="store_true", help="改测对照：jieba 原样切词，BM25Okapi，一步排序")
    evaluate.add_argument("--unrelated", type=Path, metavar="DIR", help="再问另一个文件夹的问题，看拒答多少")
    evaluate.add_argument(
        "--with",
        dest="others",
        type=Path,
        metavar="FILE",
        help="同时收录另一些段落：与 corpus.jsonl 同样的 .jsonl 或 .jsonl.gz",
    )
    evaluate.add_argument(
        "--robust", action="store_true", help="再换问法问同样的问题：带客套话、换掉一个名字或数字、只有关键词、有错字"
    )

    for name, command in subcommands.choices.items():
        command.set_defaults(command=name)
        if COMMANDS[name].has_json:
            command.add_argument("--json", action="store_true", help="在标准输出上给出一个 JSON 对象")
    return top


def version() -> str:
    """The installed version; in a checkout that is not installed, the version of pyproject.toml."""
    try:
        return metadata.version(_NAME)
    except metadata.PackageNotFoundError:
        pass
    try:
        return str(tomllib.loads(_PYPROJECT.read_text("utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):  # copied without both
        return "0+unknown"


def _prog() -> str:
    """The name in usage: the console command, or the call of the module."""
    return _NAME if Path(sys.argv[0]).stem == _NAME else "python -m bot"


class _Version(argparse.Action):
    """Prints the version, which is looked up only then."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        print(f"{_NAME} {version()}")
        parser.exit()


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= len(str(_MOST)) else 0
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(f"应为 1 到 {_MOST} 的整数，而不是 {text:.40}")
    return number


def _number(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"应为编号，例如 7，而不是 {text:.40}")
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为 2020-02-24 这样的日期，而不是 {text}") from None
