"""The portal's servers and processes on one machine, without Docker.

    python -m tools.devstack demo          the whole portal; data is kept; Ctrl-C ends it
    python -m tools.devstack run -- CMD    throw-away servers for one command; its exit code is ours
    python -m tools.devstack clean         remove the demo's data

CMD and the demo's processes find DATABASE_URL (role portal_app), OWNER_DATABASE_URL (portal_owner)
and REDIS_URL in their environment. If these are set already, they are used and nothing is started.
While the demo runs, var/demo/servers.env holds the three as KEY=value lines, for commands given by
hand. The demo's logs are in var/demo/log.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
if not __package__:  # run by its path
    sys.path[0] = str(ROOT)

from tools import processes, servers  # noqa: E402
from tools.processes import Child, Failed  # noqa: E402

DEMO = ROOT / "var/demo"
ENV_FILE = DEMO / "servers.env"
LOGS = DEMO / "log"
WHO = DEMO / "who.txt"
URLS = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HTTP_SECONDS = 90


class Stopped(BaseException):
    """Somebody asked us to end (Ctrl-C, kill, the terminal closed)."""


def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit code."""
    # Set even SIGINT ourselves: a shell's background job starts with it ignored.
    for number in STOP_SIGNALS:
        signal.signal(number, stop_asked)
    try:
        match arguments:
            case ["demo"]:
                return demo()
            case ["run", "--", _, *_]:
                return run(arguments[2:])
            case ["clean"]:
                return clean()
        print(__doc__, file=sys.stderr)
        return 2
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr, flush=True)
        return 1
    except Stopped:
        return 130


def stop_asked(number: int, frame: FrameType | None) -> None:
    raise Stopped(number)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Stopping takes seconds and is bounded: a second Ctrl-C must not leave half of it undone."""
    kept = {n: signal.signal(n, signal.SIG_IGN) for n in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


# --- run


def run(command: list[str]) -> int:
    """Servers for one command. It shares our terminal, so that a debugger in it works."""
    given = given_urls()
    if given:
        return call(command, given)
    private = servers.Servers()
    try:
        private.start()
        code = call(command, private.urls)
        processes.check_alive(private.children)
        return code
    finally:
        with uninterrupted():
            private.stop()


def call(command: list[str], urls: dict[str, str]) -> int:
    """Run the command to its end; passes on what we are told to stop with."""
    try:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=portal_environment(urls),
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
        )
    except OSError as error:
        raise Failed(f"Cannot run {command[0]}: {error.strerror}") from None
    try:
        return shell_code(child.wait())
    except Stopped as stopped:
        number = stopped.args[0]
        # The terminal has already told the whole foreground group of a Ctrl-C.
        if number != signal.SIGINT or not sys.stdin.isatty():
            child.send_signal(number)
        with uninterrupted():
            return wait_or_kill(child)


def wait_or_kill(child: subprocess.Popen[bytes], seconds: float = 20) -> int:
    try:
        return shell_code(child.wait(seconds))
    except subprocess.TimeoutExpired:
        child.kill()
        return shell_code(child.wait())


def shell_code(code: int) -> int:
    """Popen's -9 as a shell's 137."""
    return code if code >= 0 else 128 - code


def given_urls() -> dict[str, str] | None:
    """The servers that the environment names, None if none. Raises Failed for half a set."""
    found = {name: os.environ[name] for name in URLS if os.environ.get(name)}
    if "DATABASE_URL" not in found and "REDIS_URL" not in found:
        return None
    missing = [name for name in URLS if name not in found]
    if missing:
        raise Failed(
            f"{' and '.join(missing)} must be set too. To use servers of your own, set all of"
            f" {', '.join(URLS)} (tools/roles.sql and tools/grants.sql make the two roles)."
            " To have servers started, set none."
        )
    return found


def portal_environment(urls: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **urls, "PORTAL_DEMO": "yes", "PYTHONUNBUFFERED": "1"}


# --- demo


def demo() -> int:
    """The whole portal until Ctrl-C. Raises Failed if a part of it does not start, or ends."""
    undo = ExitStack()
    try:
        show(undo)
    except Stopped:
        say("\nStopping ...")
    finally:
        with uninterrupted():
            undo.close()
    return 0


def show(undo: ExitStack) -> None:
    """Start all, say so and watch; what is started is left on `undo`."""
    port = chosen_port()
    hold_checkout(undo)
    LOGS.mkdir(parents=True, exist_ok=True)
    refuse_busy(port)
    urls, children = demo_servers(undo)
    environment = portal_environment(urls)
    say("Preparing the database and the demo's people (the first time takes longer) ...")
    prepare(environment)
    portal = start_portal(undo, environment, port)
    wait_for_http(port, children + portal)
    say(f"\n{WHO.read_text().strip()}\n")
    say(f"The portal is at http://127.0.0.1:{port}/   (Ctrl-C ends it)")
    watch(children + portal)


def chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Failed(f"PORT is a number from 1 to 65535, not {text!r}.")
    return int(text)


def hold_checkout(undo: ExitStack) -> None:
    """One demo at a time in a checkout: two would share the data."""
    DEMO.mkdir(parents=True, exist_ok=True)
    try:
        undo.enter_context(servers.hold(DEMO / "lock"))
    except BlockingIOError:
        raise Failed("The demo is already running from this folder. Stop it first.") from None


def refuse_busy(port: int) -> None:
    """Raises Failed if the port is taken. A demo that was killed gets seconds to let go of it."""
    deadline = time.monotonic() + (8 if ENV_FILE.exists() else 0)
    while not port_is_free(port):
        if time.monotonic() >= deadline:
            raise Failed(f"Port {port} is in use. Choose another: make demo PORT={port + 1}")
        time.sleep(0.2)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Failed(f"Port {port} is for root only. Choose one above 1023.") from None
        except OSError:
            return False
    return True


def demo_servers(undo: ExitStack) -> tuple[dict[str, str], list[Child]]:
    given = given_urls()
    if given:
        return given, []
    private = servers.Servers(data=servers.demo_data(), logs=LOGS)
    undo.callback(private.stop)
    private.start()
    undo.callback(lambda: ENV_FILE.unlink(missing_ok=True))
    write_env_file(private.urls)
    return private.urls, private.children


def write_env_file(urls: dict[str, str]) -> None:
    """Whole or not at all: a command by hand may read it at any moment."""
    half = ENV_FILE.with_suffix(".half")
    half.write_text("".join(f"{name}={value}\n" for name, value in urls.items()))
    half.rename(ENV_FILE)


def prepare(environment: dict[str, str]) -> None:
    """Migrate, collect static files, seed, and leave in WHO who can sign in. Raises Failed."""
    command = [sys.executable, "-m", "tools.prepare_demo", str(WHO)]
    log = LOGS / "prepare.log"
    child = processes.start("The demo's preparation", command, log=log, cwd=ROOT, env=environment)
    try:
        child.process.wait()
    except Stopped:
        processes.stop([child], within=3)
        raise
    if child.process.returncode:
        raise Failed(child.obituary())


def start_portal(undo: ExitStack, environment: dict[str, str], port: int) -> list[Child]:
    """The web server, the worker and the clock, each as it would run anywhere."""
    python = sys.executable
    web = [python, "-m", "gunicorn", "eiportal.wsgi", "--bind", f"127.0.0.1:{port}"]
    web += ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket"]
    web += ["--graceful-timeout", "3", "--access-logfile", "-"]
    celery = [python, "-m", "celery", "-A", "eiportal"]
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "info"]
    beat = [*celery, "beat", "--loglevel", "info", "--pidfile", "", "-s", str(DEMO / "beat")]
    # Orphaned, they must not wait for a broker that dies with us: SIGQUIT is their quick end.
    plan = [("web", web, signal.SIGQUIT), ("worker", worker, signal.SIGQUIT), ("beat", beat, None)]

    children: list[Child] = []
    undo.callback(processes.stop, children, within=6)
    for name, command, orphan_signal in plan:
        child = processes.start(
            f"The {name} process",
            command,
            log=LOGS / f"{name}.log",
            orphan_signal=orphan_signal,
            cwd=ROOT,
            env=environment,
        )
        children.append(child)
    return children


def wait_for_http(port: int, children: list[Child]) -> None:
    deadline = time.monotonic() + HTTP_SECONDS
    while (status := http_status(port)) is None or status >= 500:
        processes.check_alive(children)
        if time.monotonic() > deadline:
            web = LOGS / "web.log"
            raise Failed(f"No good answer on port {port} in {HTTP_SECONDS} seconds; see {web}")
        time.sleep(0.2)


def http_status(port: int) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def watch(children: list[Child]) -> None:
    """Until a signal raises Stopped, or a process ends, which raises Failed."""
    while True:
        processes.check_alive(children)
        time.sleep(0.3)


def say(text: str) -> None:
    print(text, flush=True)


# --- clean


def clean() -> int:
    """Remove the demo's data and root's copy of the programs. Raises Failed while the demo runs."""
    with ExitStack() as undo:
        hold_checkout(undo)
        if os.geteuid() == 0:
            shutil.rmtree(servers.root_folder())
        shutil.rmtree(DEMO)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
