"""Robots: what the robots.txt of each host allows a program to fetch on its own (RFC 9309)."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from retrieval.intake import charset
from retrieval.intake.link.fetch import Fetcher
from retrieval.intake.link.guard import LinkError
from retrieval.intake.link.reply import fault

# The name by which robots.txt addresses this program; it stands in the header User-Agent too.
AGENT = "news-answers"
FORBIDDEN = "网站的 robots.txt 不许程序取这个网址。"
# A file is kept for a day, and its failure for some minutes. RFC 9309 lets a program stop reading after 500 kB.
_KEPT_SECONDS, _FAILURE_SECONDS, _MOST_BYTES = 86_400.0, 300.0, 512_000
_MOST_HOSTS = 1_000
_LONGEST_PAUSE = 10.0


class Robots:
    """The rules of hosts, each fetched once a day; used from several threads, at worst fetched twice."""

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher, self._clock = fetcher, clock
        # The rules of a host, or the sentence that says why they are unknown; and until when that holds.
        self._hosts: dict[str, tuple[RobotFileParser | str, float]] = {}

    def permit(self, address: str) -> None:
        """Raises LinkError for an address that its host forbids, and when the host does not give its rules."""
        rules = self._rules(address)
        if isinstance(rules, str):
            raise LinkError(rules)
        if not rules.can_fetch(AGENT, address):
            raise LinkError(FORBIDDEN)

    def pause(self, address: str) -> float:
        """The seconds that the host asks a program to wait between two requests; 10 at most."""
        rules = self._rules(address)
        delay = None if isinstance(rules, str) else rules.crawl_delay(AGENT)
        return min(_LONGEST_PAUSE, float(delay or 0))

    def _rules(self, address: str) -> RobotFileParser | str:
        parts = urlsplit(address)
        host = f"{parts.scheme}://{parts.netloc}"
        known, until = self._hosts.get(host, (None, 0.0))
        if known is not None and self._clock() < until:
            return known
        rules = self._fetched(f"{host}/robots.txt")
        if len(self._hosts) >= _MOST_HOSTS:
            self._hosts.clear()
        self._hosts[host] = rules, self._clock() + (_FAILURE_SECONDS if isinstance(rules, str) else _KEPT_SECONDS)
        return rules

    def _fetched(self, address: str) -> RobotFileParser | str:
        """The rules in a file, or the sentence that says why they are unknown.

        A host without a file allows everything, and a host that fails allows nothing.
        """
        try:
            reply = self._fetcher.ask(address)
            text = charset.decode(reply.data[:_MOST_BYTES]) if reply.status == 200 else ""
        except LinkError as error:
            return str(error)
        except charset.NotTextError:
            text = ""
        else:
            if reply.status >= 500:
                return f"取不到网站的 robots.txt：{fault(reply.status)}。"
        rules = RobotFileParser()
        rules.parse(text.splitlines())
        return rules
