"""Nodes of a search server on the loopback: started, killed, stopped and started again by a test.

The nodes end with the process that started them, however it ends: the kernel kills them (prctl PR_SET_PDEATHSIG).
"""

import ctypes
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.cluster.home import Home

HEAP = "384m"
SECONDS = 180.0  # for a start on a machine that does other work too
# Below the ports that the kernel gives to those who don't ask for one, so that no other test takes a port meanwhile.
_PORTS = range(15_000, 32_000)
_PREFIX = "search-nodes-"
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in linux/prctl.h
# A test ends before the second compiler and the parallel collectors pay.
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
_FLAGS = (
    *("-Dio.netty.noUnsafe=true", "-Dio.netty.noKeySetOptimization=true", "-Dio.netty.allocator.numDirectArenas=0"),
    *("-Dlog4j.shutdownHookEnabled=false", "-Dlog4j2.disable.jmx=true", "-Dopensearch.distribution.type=tar"),
)
# A node that hangs is noticed within some seconds; by default the others wait for it for half a minute.
SETTINGS: Mapping[str, object] = {
    "network.host": "127.0.0.1",
    "cluster.routing.allocation.disk.threshold_enabled": False,
    **{
        f"cluster.fault_detection.{who}_check.{name}": value
        for who in ("leader", "follower")
        for name, value in (("interval", "500ms"), ("timeout", "1s"), ("retry_count", 2))
    },
    "cluster.publish.timeout": "3s",
    "cluster.follower_lag.timeout": "5s",
}


class Node:
    """One process of the server; `host` is where it takes requests."""

    def __init__(self, name: str, port: int, command: Sequence[str], folder: Path) -> None:
        self.name = name
        self.host = f"127.0.0.1:{port}"
        self.log = folder / "output.txt"
        self._command = command
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process, or start it again with its data; it takes some seconds until it answers."""
        assert not self.runs
        with self.log.open("ab") as output:
            self._process = spawn(self._command, self._folder, output.fileno())

    def kill(self) -> None:
        """End the process at once, as a crash does; its data stays."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def hang(self) -> None:
        """Stop the process without ending it: its connections stay, and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a process go on that hangs."""
        os.kill(self.pid, signal.SIGCONT)


class Nodes:
    """A cluster of nodes, with their data in a temporary folder."""

    def __init__(
        self,
        home: Home,
        count: int,
        settings: Mapping[str, object] = {},
        heap: str = HEAP,
        flags: Sequence[str] = SHORT_LIVED,
    ) -> None:
        """Prepare `count` nodes; `settings` are added to those of opensearch.yml, `flags` are for Java."""
        sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        # The lock is held while this process lives: `sweep` leaves the folder alone as long.
        self._lock = (self._folder / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._name = self._folder.name
        self._folder.chmod(0o755)
        self._home, self._flags = _readable(home, self._folder), flags
        ports = free_ports(2 * count)
        names = [f"n{number}" for number in range(count)]
        shared = SETTINGS | {
            "cluster.name": self._name,
            "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in ports[count:]],
            "cluster.initial_cluster_manager_nodes": names,
        }
        self.nodes = [
            self._node(name, http, {**shared, "transport.port": transport, **settings}, home, heap)
            for name, http, transport in zip(names, ports[:count], ports[count:], strict=True)
        ]

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(node.host for node in self.nodes)

    def start(self, seconds: float = SECONDS) -> None:
        """Start all nodes that don't run, let those go on that hang, and wait until all data is on all nodes."""
        for node in self.nodes:
            if node.runs:
                node.go_on()
            else:
                node.start()
        self.wait(len(self.nodes), "green", seconds=seconds)

    def wait(self, count: int, *statuses: str, seconds: float = SECONDS) -> None:
        """Wait until `count` nodes are in the cluster, and its status is one of these, if any are named.

        The cluster needs a manager, and so more than half of its nodes. Raises RuntimeError when fewer nodes run, and
        TimeoutError.
        """
        end = monotonic() + seconds
        while monotonic() < end:
            if sum(node.runs for node in self.nodes) < count:
                raise RuntimeError(f"a node has ended by itself:\n{self.said()}")
            for node in self.nodes:
                # The node asks the one that manages the cluster: its own state may be an older one.
                health = self._ask(node, "/_cluster/health?cluster_manager_timeout=1s")
                if (
                    health.get("cluster_name") == self._name
                    and health["number_of_nodes"] == count
                    and (not statuses or health["status"] in statuses)
                ):
                    return
            sleep(0.1)
        raise TimeoutError(f"{count} nodes are not {'/'.join(statuses)} after {seconds:.0f} s:\n{self.said()}")

    def manager(self) -> Node:
        """The node that manages the cluster at this moment."""
        for node in self.nodes:
            state = self._ask(node, "/_cluster/state/cluster_manager_node,nodes?local=true")
            chosen = state.get("nodes", {}).get(state.get("cluster_manager_node"))
            if chosen:
                return next(one for one in self.nodes if one.name == chosen["name"])
        raise LookupError("no node manages the cluster")

    def said(self) -> str:
        """The last lines that each node has written."""
        texts = ((node.name, node.log.read_text("utf-8", "replace")) for node in self.nodes if node.log.exists())
        return "\n".join(f"{name}: {line}" for name, text in texts for line in text.splitlines()[-20:])

    def end(self) -> None:
        """End the nodes of this cluster, and delete their data."""
        for node in self.nodes:
            node.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()

    def _node(self, name: str, port: int, settings: Mapping[str, object], home: Home, heap: str) -> Node:
        folder = self._folder / name
        for part in ("config", "tmp"):
            (folder / part).mkdir(parents=True)
        shutil.copy(self._home / "config" / "log4j2.properties", folder / "config")
        own = {"node.name": name, "http.port": port, "path.data": f"{folder}/data", "path.logs": f"{folder}/logs"}
        lines = [f"{key}: {json.dumps(value)}\n" for key, value in {**own, **settings}.items()]
        (folder / "config" / "opensearch.yml").write_text("".join(lines))
        command = [
            *(str(home.java), f"-Xms{heap}", f"-Xmx{heap}", *_FLAGS, *self._flags, f"-Djava.io.tmpdir={folder}/tmp"),
            *(f"-Dopensearch.path.home={self._home}", f"-Dopensearch.path.conf={folder}/config"),
            *(["-Djava.security.manager=allow"] if home.needs_security_manager else []),
            *("-cp", f"{self._home}/lib/*", "org.opensearch.bootstrap.OpenSearch"),
        ]
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, "nobody")
        return Node(name, port, command, folder)

    def _ask(self, node: Node, path: str) -> dict[str, Any]:
        if not node.runs:
            return {}
        try:
            with urllib.request.urlopen(f"http://{node.host}{path}", timeout=3) as answer:
                return json.load(answer)
        except OSError:
            return {}


def spawn(command: Sequence[str], folder: Path, output: int) -> "subprocess.Popen[bytes]":
    """Start a process that ends when this one does. The server refuses to run as root, so root starts it as nobody."""
    other: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl+C in the terminal is for pytest
        preexec_fn=_end_with(os.getpid()),
        **other,
    )


def _end_with(parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)

    def ask_the_kernel() -> None:
        # Changing the user takes this back, and happens before.
        libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_the_kernel


def free_ports(count: int) -> list[int]:
    """Ports of the loopback on which nothing listens, each given once."""
    found: list[int] = []
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise OSError("there are no free ports")


def sweep() -> None:
    """Delete the folders of processes of this user that were killed before they could do it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if folder.stat().st_uid != os.geteuid():
                continue
            with (folder / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # its process lives, or has just made the folder
            continue


def _readable(home: Home, folder: Path) -> Path:
    """The folder of the server, or a copy in `folder` when nobody, as whom root starts it, can't read it."""
    way = (home.folder, *home.folder.parents)
    if os.geteuid() != 0 or all(path.stat().st_mode & 0o005 == 0o005 for path in way):
        return home.folder
    return Path(shutil.copytree(home.folder, folder / "home"))
