"""The log: it never holds the token, its secret half or the secret of the webhook, in any spelling."""

import logging
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest

from bot.serving import log

TOKEN = "123456789:ABCDEFGHIJKLMNOP_RSTUVWXYZ-abc"
HALF = TOKEN.partition(":")[2]
SECRET = "a-secret_of-the-webhook"
ENCODINGS = {
    "as it is": str,
    "quoted": lambda text: quote(text, safe=""),
    "quoted as in a form": quote_plus,
    "in lower case": lambda text: quote(text, safe="").replace("%3A", "%3a"),
    "every character": lambda text: "".join(f"%{ord(character):02x}" for character in text),
    "every character in capitals": lambda text: "".join(f"%{ord(character):02X}" for character in text),
    "every other character": lambda text: "".join(f"%{ord(c):02X}" if n % 2 else c for n, c in enumerate(text)),
    "twice": lambda text: quote(quote("".join(f"%{ord(character):02x}" for character in text), safe=""), safe=""),
}


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The root logger, restored after the test because all tests share it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", [TOKEN, HALF, SECRET])
@pytest.mark.parametrize("way", ["message", "arguments", "traceback", "arguments that do not fit", "bytes"])
def test_a_secret_is_redacted_in_every_spelling_and_place(
    encoding: str, secret: str, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spelled = ENCODINGS[encoding](secret)
    log.start("DEBUG", (TOKEN, SECRET, None))
    logger = logging.getLogger("httpx")
    if way == "message":
        logger.debug("POST /bot" + spelled + "/getMe")
    elif way == "arguments":
        logger.debug("%s %s", "POST", f"/bot{spelled}/getMe")
    elif way == "bytes":
        logger.debug("%r", f"/bot{spelled}/getMe".encode())
    elif way == "traceback":
        try:
            raise ValueError(f"/bot{spelled}/getMe")
        except ValueError:
            logger.exception("failed")
    else:
        logger.debug("%d", spelled)
    written = capsys.readouterr().err
    assert written
    assert spelled not in written
    assert "…" in written


def test_text_without_a_secret_is_logged_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    log.start("DEBUG", (TOKEN, SECRET))
    logging.getLogger("httpx").debug("POST /bot987654321:%s", quote("城北新桥"))
    assert capsys.readouterr().err == f"DEBUG httpx: POST /bot987654321:{quote('城北新桥')}\n"


def test_nothing_is_redacted_when_no_secret_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    log.start("INFO", (None, None))
    logging.getLogger("bot").info("已停止。")
    assert capsys.readouterr().err == "INFO bot: 已停止。\n"


def test_the_debug_log_leaves_out_the_compiler_lines(capsys: pytest.CaptureFixture[str]) -> None:
    log.start("DEBUG", (TOKEN,))
    logging.getLogger("numba.core.ssa").debug("==== SSA block analysis pass")
    assert capsys.readouterr().err == ""


def test_a_slow_step_is_announced_while_it_runs() -> None:
    announced = threading.Event()
    with log.notice_when_long("正在准备…", lambda sentence: announced.set(), after=0.0):
        assert announced.wait(30)


def test_a_quick_step_is_never_announced() -> None:
    announcements: list[str] = []
    before = threading.active_count()
    with log.notice_when_long("正在准备…", announcements.append, after=3600.0):
        pass
    assert announcements == []
    assert threading.active_count() == before
