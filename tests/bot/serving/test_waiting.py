import threading

from bot.serving.waiting import told_when_long


def test_what_takes_long_is_said_while_it_lasts() -> None:
    said = threading.Event()
    with told_when_long("正在准备…", lambda sentence: said.set(), after=0.0):
        assert said.wait(30)


def test_what_is_over_soon_is_never_said() -> None:
    said: list[str] = []
    before = threading.active_count()
    with told_when_long("正在准备…", said.append, after=3600.0):
        pass
    assert said == []
    assert threading.active_count() == before
