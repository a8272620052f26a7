"""How is it started? The command line, and the only place where the parts are put together."""

import argparse
import os
import sys
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib import metadata
from io import TextIOWrapper
from pathlib import Path

from bot.cli import commands, safekeeping
from bot.cli.target import TargetError
from bot.serving import log
from bot.serving.polling import UnusableError
from bot.settings import Settings, SettingsError, environment
from bot.words import operators
from retrieval.evaluation.collection import EvaluationError
from retrieval.evaluation.rankings import ENGINES
from retrieval.store.errors import StoreError

_PROGRAM = "news-answers"
# Results of one question; more than these nobody reads.
_MOST = 1_000
_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def _version() -> str:
    """The version of the installed package; in a checkout that is not installed, the one in pyproject.toml."""
    try:
        return metadata.version(_PROGRAM)
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])


def parser() -> argparse.ArgumentParser:
    """The command line; without a command it serves."""
    top = argparse.ArgumentParser(
        prog=_PROGRAM if Path(sys.argv[0]).stem == _PROGRAM else "python -m bot",
        description="回答中文新闻问题的机器人。不带命令时开始问答；设置见 .env.example。",
    )
    top.add_argument("--version", action="version", version=f"{_PROGRAM} {_version()}", help="显示版本")
    top.set_defaults(run=commands.serve)
    subcommands = top.add_subparsers(title="命令", metavar="COMMAND")

    ask = subcommands.add_parser("ask", help="问一个问题；退出码：0 有回答，1 没有找到，2 用法或设置有误")
    ask.set_defaults(run=commands.ask)
    ask.add_argument("question", metavar="QUESTION", help="问题")
    ask.add_argument("-k", type=_count, default=5, metavar="N", help="最多几个结果（默认 5）")
    ask.add_argument("--since", type=_day, metavar="D", help="只查这一天及以后的报道，如 2020-02-24")
    ask.add_argument("--until", type=_day, metavar="D", help="只查这一天及以前的报道")
    ask.add_argument("--source", metavar="S", help="只查来源含这几个字的报道")
    ask.add_argument("--explain", action="store_true", help="说明得分从何而来")

    add = subcommands.add_parser(
        "add",
        help="收录文件、文件夹、链接、标准输入（-）；有未收录的则退出码为 1",
        description="收录文章：纯文本、网页（HTML）、Markdown、Word（.docx）、PDF、JSON 和 JSONL、CSV 和 TSV、"
        "RSS 和 Atom、Telegram 导出的 result.json，以及装着这些文件的 ZIP。不能收录的逐一说明原因，其余照常收录。",
    )
    add.set_defaults(run=commands.add)
    add.add_argument("items", nargs="+", metavar="ITEM", help="文件、文件夹、http(s) 链接或 -")

    remove = subcommands.add_parser("remove", help="下架文章")
    remove.set_defaults(run=commands.remove)
    remove.add_argument("ids", nargs="+", type=int, metavar="ID", help="文章编号")

    listing = subcommands.add_parser("list", help="列出文章")
    listing.set_defaults(run=commands.list_articles)

    show = subcommands.add_parser("show", help="显示一篇文章")
    show.set_defaults(run=commands.show)
    show.add_argument("id", type=int, metavar="ID", help="文章编号")

    stats = subcommands.add_parser("stats", help="统计")
    stats.set_defaults(run=commands.stats)

    export = subcommands.add_parser("export", help="导出全部文章，可用 add 原样收回")
    export.set_defaults(run=safekeeping.export)
    export.add_argument("file", metavar="FILE.jsonl", help="要写的普通文件；- 为标准输出")

    backup = subcommands.add_parser("backup", help="备份数据库：一致的副本，机器人运行时也可以做")
    backup.set_defaults(run=safekeeping.backup)
    backup.add_argument("file", metavar="FILE", help="要写的文件，例如 backup.db")

    check = subcommands.add_parser("check", help="检查数据库；有问题则退出码为 1")
    check.set_defaults(run=safekeeping.check)
    check.add_argument("--repair", action="store_true", help="有问题时按文章重建索引")

    evaluate = subcommands.add_parser("evaluate", help="用一个文件夹的问题衡量质量和速度")
    evaluate.set_defaults(run=commands.evaluate)
    evaluate.add_argument("folder", type=Path, metavar="DIR", help="内有 corpus.jsonl、queries.jsonl、qrels.tsv")
    evaluate.add_argument("--engine", choices=tuple(ENGINES), default="postings", help="索引引擎（默认 postings）")
    evaluate.add_argument("--plain", action="store_true", help="改测对照：jieba 原样切词，BM25Okapi，一步排序")
    evaluate.add_argument("--unrelated", type=Path, metavar="DIR", help="再问另一个文件夹的问题，看拒答多少")

    for command in (ask, add, remove, listing, show, stats, evaluate):
        command.add_argument("--json", action="store_true", help="在标准输出上给出一个 JSON 对象")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. A mistake of the operator is one sentence on standard error and code 2."""
    _prepare_streams()
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except MemoryError:
        pass  # what it holds on to is free behind this
    print(operators.failure(operators.OUT_OF_MEMORY), file=sys.stderr)
    return commands.UNUSABLE


def _run(options: argparse.Namespace) -> int:
    try:
        settings = Settings.read(environment())
        log.start(settings.log_level, (settings.telegram_bot_token, settings.webhook_secret))
        code: int = options.run(settings, options)
        sys.stdout.flush()
    except (SettingsError, StoreError, UnusableError, TargetError, EvaluationError) as error:
        print(operators.failure(str(error)), file=sys.stderr)
        return commands.UNUSABLE
    except BrokenPipeError:
        # Whoever read has had enough; the interpreter must not complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return commands.FOUND
    except OSError as error:
        print(operators.failure(operators.system(error)), file=sys.stderr)
        return commands.UNUSABLE
    except KeyboardInterrupt:
        print(f"\n{operators.INTERRUPTED}", file=sys.stderr)
        return _INTERRUPTED
    return code


def _prepare_streams() -> None:
    """Chinese whatever the locale says, nothing undecodable in the way, and none missing, as under cron or `>&-`."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= len(str(_MOST)) else 0
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(f"应为 1 到 {_MOST} 的整数，而不是 {text:.40}")
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为 2020-02-24 这样的日期，而不是 {text}") from None


if __name__ == "__main__":
    sys.exit(main())
