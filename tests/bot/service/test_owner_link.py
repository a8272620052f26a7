"""The one-time link: who has it in time, once."""

import re

import pytest

from bot.service.owner_link import LINK_MINUTES, OwnerLink, is_owner_link


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def parameter(address: str) -> str:
    return address.partition("?start=")[2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def link(clock: Clock) -> OwnerLink:
    return OwnerLink(clock)


def test_the_link_opens_the_bot_with_a_parameter_that_telegram_takes(link: OwnerLink) -> None:
    address = link.address("NewsQABot")
    assert address.startswith("https://t.me/NewsQABot?start=")
    assert re.fullmatch("[A-Za-z0-9_-]{40,64}", parameter(address))
    assert is_owner_link(parameter(address))
    assert not is_owner_link("r1_1")


def test_the_link_is_taken_once(link: OwnerLink) -> None:
    given = parameter(link.address("NewsQABot"))
    assert link.take(given)
    assert not link.take(given)


@pytest.mark.parametrize(("seconds", "is_valid"), [(LINK_MINUTES * 60 - 1, True), (LINK_MINUTES * 60, False)])
def test_the_link_is_valid_for_ten_minutes(link: OwnerLink, clock: Clock, seconds: int, is_valid: bool) -> None:
    given = parameter(link.address("NewsQABot"))
    clock.seconds = seconds
    assert link.take(given) is is_valid
    clock.seconds = 0
    assert not link.take(given)


@pytest.mark.parametrize("wrong", ["", "own_", "own_另一个", "own_" + "a" * 43])
def test_a_wrong_parameter_leaves_the_link_to_the_right_person(link: OwnerLink, wrong: str) -> None:
    assert not link.take(wrong)
    given = parameter(link.address("NewsQABot"))
    assert not link.take(wrong)
    assert not link.take(given[:-1])
    assert link.take(given)


def test_a_new_link_replaces_the_former_one(link: OwnerLink) -> None:
    former, new = parameter(link.address("NewsQABot")), parameter(link.address("NewsQABot"))
    assert former != new
    assert not link.take(former)
    assert link.take(new)
