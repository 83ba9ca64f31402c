"""Heads of the chain, kept outside the database, where who can change it cannot reach.

Whoever owns the database can rewrite entries, seals and the whole chain so that all fits again.
They cannot make the new chain hold a head that was sent away before. A head is one line of JSON:

    {"batch": 12, "entries": 3456, "chain": "<64 hex digits>", "at": "2026-11-28T10:00:00+00:00"}
"""

import json
import logging
import os
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException, HTTPSConnection
from logging.handlers import SysLogHandler
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings

import clock
from audit.models import Anchoring, Seal

EVERY = timedelta(hours=1)
EVERY_BATCHES = 100
SECONDS = 10  # so long a place may take to answer
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Head:
    """The chain as it was when this batch was its last."""

    batch: int
    entries: int
    chain: str
    at: datetime

    def line(self) -> str:
        return json.dumps(
            {
                "batch": self.batch,
                "entries": self.entries,
                "chain": self.chain,
                "at": self.at.isoformat(),
            }
        )


def send_due() -> int:
    """Send the head to each place of the setting that it is due at; returns to how many it went."""
    last = Seal.objects.order_by("number").last()
    if last is None:
        return 0
    head = Head(last.number, last.last, last.chain_hash, clock.now())
    return sum(_send(head, url) for url in settings.AUDIT_ANCHORS if _is_due(head, url))


def place(url: str) -> str:
    """What a place is called where it is shown: its address without password and key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:300]


def files() -> dict[Path, int]:
    """The places of the setting that can be read again here, and the last batch sent to each."""
    found = {url: urlsplit(url) for url in settings.AUDIT_ANCHORS}
    sent = dict(Anchoring.objects.values_list("place", "number"))
    return {
        Path(unquote(parts.path)): sent.get(place(url), 0)
        for url, parts in found.items()
        if parts.scheme == "file"
    }


def read(lines: Iterable[str]) -> tuple[list[Head], list[int]]:
    """The heads of a file of them, and the numbers of lines that hold none.

    What a log has put in front of a head does not matter, nor do empty lines.
    """
    heads, others = [], []
    for number, line in enumerate(lines, 1):
        try:
            said = json.loads(line[line.index("{") :])
            at = datetime.fromisoformat(said["at"]).astimezone(UTC)
            heads.append(Head(int(said["batch"]), int(said["entries"]), str(said["chain"]), at))
        except (ValueError, TypeError, KeyError):
            if line.strip():
                others.append(number)
    return heads, others


def _is_due(head: Head, url: str) -> bool:
    known = Anchoring.objects.filter(place=place(url)).first()
    if known is None or known.anchored_at is None or known.number > head.batch:
        return True
    new = head.batch - known.number
    return new > 0 and (new >= EVERY_BATCHES or head.at - known.anchored_at >= EVERY)


def _send(head: Head, url: str) -> bool:
    parts = urlsplit(url)
    try:
        SENDERS[parts.scheme](head.line(), parts)
    except (OSError, HTTPException) as error:
        log.warning("The head of the audit chain did not reach %s: %s", place(url), error)
        failed = {"failed_at": head.at, "error": str(error) or type(error).__name__}
        Anchoring.objects.update_or_create(place=place(url), defaults=failed)
        return False
    sent = {"number": head.batch, "anchored_at": head.at, "error": ""}
    Anchoring.objects.update_or_create(place=place(url), defaults=sent)
    return True


def _to_file(line: str, parts: SplitResult) -> None:
    """Append and wait until the disk has it; the folder too, for a file that is new."""
    path = Path(unquote(parts.path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        # A line that a crash has cut short must not swallow this one.
        torn = file.tell() and (file.seek(-1, os.SEEK_END), file.read())[1] != b"\n"
        file.write((b"\n" if torn else b"") + line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class _Syslog(SysLogHandler):
    """The library's swallows what goes wrong; an anchor must not."""

    ident = "portal-audit: "

    def handleError(self, record: logging.LogRecord) -> None:
        raise


def _to_syslog(line: str, parts: SplitResult) -> None:
    """To a local socket by its path, or to a host by UDP, which nobody confirms."""
    address = (parts.hostname, parts.port or 514) if parts.hostname else unquote(parts.path)
    handler = _Syslog(address, facility=SysLogHandler.LOG_AUTHPRIV)
    try:
        handler.emit(logging.LogRecord("audit", logging.INFO, "", 0, line, None, None))
    finally:
        handler.close()


def _to_https(line: str, parts: SplitResult) -> None:
    """POST; only an answer of 200 to 299 will do, and no redirect is followed."""
    headers = {"Content-Type": "application/json"}
    if parts.username:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
    connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        address = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("POST", address, body=line.encode(), headers=headers)
        answer = connection.getresponse()
        answer.read(1000)
        if not 200 <= answer.status < 300:
            raise HTTPException(f"it answered {answer.status} {answer.reason}")
    finally:
        connection.close()


SENDERS = {"file": _to_file, "syslog": _to_syslog, "https": _to_https}
