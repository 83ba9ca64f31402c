"""Child processes that never outlive us: started with a log, watched, stopped in time."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TAIL_LINES = 25


class Failed(Exception):
    """Something that the person at the keyboard must read; its text is the whole message."""


@dataclass
class Child:
    """One running process: `stop_with` is the signal that it takes as a polite request to end."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_with: signal.Signals

    def ended(self) -> bool:
        return self.process.poll() is not None

    def obituary(self) -> str:
        """How it ended and the last lines that it wrote."""
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        said = "\n".join(f"    {line}" for line in lines) or "    (it wrote nothing)"
        return f"{self.name} ended (exit {self.process.returncode}). The end of {self.log}:\n{said}"


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    stop_with: signal.Signals = signal.SIGTERM,
    orphan_signal: signal.Signals | None = None,
    cwd: str | Path = "/",
    env: Mapping[str, str] | None = None,
    user: Mapping[str, object] | None = None,
) -> Child:
    """Start `command` in its own session: Ctrl-C reaches us alone, and we end it in order.

    `orphan_signal` is what it gets when we die without a chance to stop it (default: `stop_with`).
    `user` is what leave_root() gives.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            start_new_session=True,
            preexec_fn=die_with_parent(orphan_signal or stop_with),
            **(user or {}),  # type: ignore[call-overload]
        )
    return Child(name, process, log, stop_with)


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A preexec_fn: Linux signals the child when we die, even by kill -9. Elsewhere None."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(1, int(number))  # 1 is PR_SET_PDEATHSIG
        if os.getppid() != parent:  # we died before the kernel was asked
            os._exit(1)

    return ask


def stop(children: Sequence[Child], *, within: float) -> None:
    """Ask all to end together; after `within` seconds kill what is left of their sessions."""
    for child in children:
        if not child.ended():
            child.process.send_signal(child.stop_with)
    deadline = time.monotonic() + within
    for child in children:
        try:
            child.process.wait(max(0.05, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


def check_alive(children: Sequence[Child]) -> None:
    """Raise Failed with the log's tail for the first child that has ended."""
    for child in children:
        if child.ended():
            raise Failed(child.obituary())
