"""The home of a search server: its jars from Maven, laid once into .cache of the project.

`python -m tests.cluster.home` lays it and prints where it is. It ends with NOT_INSTALLED where Java or Maven is
missing, and with 1 when Maven fails.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.project import ROOT

POM = Path(__file__).with_name("pom.xml")
NOT_INSTALLED = 3
# In the order of the pom; None is the pom without a profile.
_PROFILES = (None, "java21", "secured")
_OLDEST_JAVA = 11
# Java 24 has lost the security manager, which 2.x needs with a plugin.
_NEWEST_JAVA_SECURED = 23
_LOG = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
_DESCRIPTOR = """\
name=transport-netty4
description=The network of the server
version={version}
opensearch.version={version}
java.version=11
classname=org.opensearch.transport.{plugin}
has.native.controller=false
"""
# What the module may do, without which it does not start.
_PERMISSIONS = (
    'java.net.SocketPermission "*", "accept,connect,listen,resolve"',
    'java.io.FilePermission "/proc/sys/net/core/somaxconn", "read"',
    'java.util.PropertyPermission "sun.nio.ch.bugLevel", "write"',
    *(f'java.lang.RuntimePermission "{name}"' for name in ("accessDeclaredMembers", "getClassLoader")),
    'java.lang.RuntimePermission "setContextClassLoader"',
)


class NoServerError(Exception):
    """There can be no search server here; the message says why."""


class MavenError(NoServerError):
    """Maven could not bring the server."""


@dataclass(frozen=True)
class Home:
    """The folder of a search server, its version, and the program `java` that runs it."""

    folder: Path
    version: str
    java: Path

    @property
    def needs_security_manager(self) -> bool:
        return self.version.startswith("2.")


@cache
def home(*, secured: bool = False) -> Home:
    """The home for the Java of JAVA_HOME, or else of PATH; laid if it isn't there yet. Raises NoServerError.

    With `secured` it has the security plugin, whose node starts with settings for its certificates only.
    """
    if not sys.platform.startswith("linux"):
        raise NoServerError("the nodes of a test end with it on Linux only")
    java = _java()
    major = _major(java)
    if major < _OLDEST_JAVA:
        raise NoServerError(f"Java {major} is too old")
    if secured and major > _NEWEST_JAVA_SECURED:
        raise NoServerError(f"Java {major} is too new for the server with the security plugin")
    profile = "secured" if secured else "java21" if major >= 21 else None
    servers = re.findall(r"<server>([\d.]+)</server>", POM.read_text("utf-8"))
    version = servers[_PROFILES.index(profile)]
    digest = hashlib.sha256(POM.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:8]
    folder = ROOT / ".cache" / f"opensearch-{version}-{digest}"
    folder.parent.mkdir(exist_ok=True)
    # Workers of pytest come here at the same time.
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _lay(folder, version, profile)
    return Home(folder, version, java)


def _java() -> Path:
    given = os.environ.get("JAVA_HOME")
    found = str(Path(given, "bin", "java")) if given else "java"
    java = shutil.which(found)
    if not java:
        raise NoServerError(f"{found} is not installed")
    return Path(java)


def _major(java: Path) -> int:
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    if not match:
        raise NoServerError(f"{java} doesn't tell its version")
    return int(match[1])


def _lay(folder: Path, version: str, profile: str | None) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise NoServerError("mvn (Maven) is not installed")
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    module = new / "modules" / "transport-netty4"
    for path in (module, *(new / name for name in ("lib", "bin", "config", "extensions", "logs", "plugins"))):
        path.mkdir(parents=True)
    command = [
        maven,
        "--quiet",
        "--batch-mode",
        f"--file={POM}",
        *([f"--activate-profiles={profile}"] if profile else []),
    ]
    command += ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={new / 'lib'}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if "ERROR" in line]
        raise MavenError(f"Maven brought no server: {errors[0] if errors else done.stderr.strip()}")
    for pattern in ("netty-*.jar", "opensearch-netty4-*.jar", "transport-netty4-client-*.jar"):
        for jar in (new / "lib").glob(pattern):
            jar.rename(module / jar.name)
    for archive in (new / "lib").glob("*.zip"):
        zipfile.ZipFile(archive).extractall(new / "plugins" / re.split(r"-\d", archive.name)[0])
        archive.unlink()
    plugin = "Netty4ModulePlugin" if profile == "java21" else "Netty4Plugin"
    (module / "plugin-descriptor.properties").write_text(_DESCRIPTOR.format(version=version, plugin=plugin))
    grants = "".join(f"  permission {permission};\n" for permission in _PERMISSIONS)
    (module / "plugin-security.policy").write_text(f"grant {{\n{grants}}};\n")
    (new / "config" / "log4j2.properties").write_text(_LOG)
    new.rename(folder)


if __name__ == "__main__":
    try:
        laid = home()
    except NoServerError as error:
        print(error)
        sys.exit(1 if isinstance(error, MavenError) else NOT_INSTALLED)
    print(f"OpenSearch {laid.version} for {laid.java} in {laid.folder}")
