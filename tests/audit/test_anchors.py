"""Heads go to every place that is named, on time; what fails is said, and tried again."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from pytest_django import Settings

import audit.commands
import audit.tasks
import clock
from audit import anchors, beside
from audit.findings import Report
from audit.models import Anchoring, Kind, Seal
from eiportal import environment
from tests.conftest import TODAY

pytestmark = pytest.mark.usefixtures("db", "held_clock")
HOUR = timedelta(hours=1)


def use_and_seal(batches: int = 1) -> Seal:
    with transaction.atomic():
        for _ in range(batches):
            audit.commands.record(Kind.CONSULTATION, "look", by=None)
    audit.commands.seal(by=None, limit=1)
    return Seal.objects.order_by("number").last()


def anchor() -> int:
    return audit.commands.anchor(by=None)


def heads(file: Path) -> list[int]:
    return [json.loads(line)["batch"] for line in file.read_text().splitlines()]


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    """A file of heads in a folder that is not there yet; the setting names it."""
    place = tmp_path / "kept apart/heads of ours.jsonl"
    settings.AUDIT_ANCHORS = [place.as_uri()]
    return place


def test_a_head_is_one_line_that_reads_back(file: Path) -> None:
    last = use_and_seal()
    assert anchor() == 1
    assert json.loads(file.read_text()) == {
        "batch": last.number,
        "entries": last.last,
        "chain": last.chain_hash,
        "at": "2026-11-24T10:30:00+00:00",
    }
    expected = anchors.Head(last.number, last.last, last.chain_hash, TODAY)
    assert anchors.read(file.read_text().splitlines()) == ([expected], [])
    logged = f"\nNov 24 10:30:00 db1 portal-audit: {file.read_text()}\n"
    assert anchors.read(logged.splitlines()) == ([expected], [])


@pytest.mark.parametrize("line", ["x", "{", "[1]", '{"batch": 1}', '{"batch": "x", "at": 1}'])
def test_a_line_that_is_no_head_is_counted(line: str) -> None:
    assert anchors.read(["", line]) == ([], [2])


def test_a_line_that_a_crash_cut_short_takes_no_other_with_it(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"batch": 1, "ent')
    last = use_and_seal()
    anchor()
    heads, others = anchors.read(file.read_text().splitlines())
    assert ([head.batch for head in heads], others) == ([last.number], [1])


def test_heads_go_every_hour_and_nothing_is_sent_twice(file: Path) -> None:
    assert anchor() == 0 or heads(file)  # a fresh portal may hold nothing that is sealed
    first = use_and_seal()
    anchor()
    with clock.at(TODAY + HOUR / 2):
        use_and_seal()
        assert anchor() == 0
    with clock.at(TODAY + HOUR):
        second = use_and_seal()
        assert anchor() == 1
    with clock.at(TODAY + 3 * HOUR):
        assert anchor() == 0
    assert heads(file)[-2:] == [first.number, second.number]


def test_many_batches_do_not_wait_for_the_hour(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchors, "EVERY_BATCHES", 3)
    use_and_seal()
    anchor()
    use_and_seal(2)
    assert anchor() == 0
    use_and_seal()
    assert anchor() == 1


def test_a_chain_that_became_shorter_is_anchored_at_once(file: Path) -> None:
    use_and_seal()
    anchor()
    Anchoring.objects.update(number=10**6)
    assert anchor() == 1


def test_a_place_that_fails_is_told_shown_and_tried_again(
    file: Path, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    bad = blocked / "heads"
    settings.AUDIT_ANCHORS = [bad.as_uri(), file.as_uri()]
    last = use_and_seal()
    assert anchor() == 1
    assert heads(file) == [last.number]
    assert f"did not reach file://{bad}" in caplog.text
    report = Report()
    beside.overdue(report)
    assert report.sound
    assert report.cautions[0].startswith(f"The last try to reach file://{bad} failed: ")
    with clock.at(TODAY + 2 * HOUR):
        beside.overdue(report)
        assert report.sound
    with clock.at(TODAY + 3 * HOUR):
        beside.overdue(report)
        assert [f.what for f in report.findings] == ["overdue"]
        assert f"No head reached file://{bad}" in report.findings[0].says
    blocked.unlink()
    with clock.at(TODAY + timedelta(minutes=1)):
        assert anchor() == 1
    assert heads(bad) == [last.number]
    assert not Anchoring.objects.exclude(error="").exists()


def test_a_place_that_never_answered_since_it_was_named_is_overdue(file: Path) -> None:
    use_and_seal()
    report = Report()
    beside.overdue(report)
    assert report.sound
    with clock.at(TODAY + 3 * HOUR):
        beside.overdue(report)
    assert [f.what for f in report.findings] == ["overdue"]


def test_syslog_gets_it_by_its_socket_and_by_its_port(settings: Settings, tmp_path: Path) -> None:
    last = use_and_seal()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as here:
        here.bind(str(tmp_path / "log"))
        settings.AUDIT_ANCHORS = [f"syslog://{tmp_path}/log"]
        assert anchor() == 1
        said = here.recv(2000)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.bind(("127.0.0.1", 0))
        settings.AUDIT_ANCHORS = [f"syslog://127.0.0.1:{there.getsockname()[1]}"]
        assert anchor() == 1
        assert there.recv(2000) == said
    (head,), _ = anchors.read([said.decode().rstrip("\0")])
    assert said.startswith(b"<86>portal-audit: {")
    assert (head.batch, head.chain) == (last.number, last.chain_hash)


def test_a_syslog_that_is_not_there_is_a_failure(settings: Settings, tmp_path: Path) -> None:
    use_and_seal()
    settings.AUDIT_ANCHORS = [f"syslog://{tmp_path}/none"]
    assert anchor() == 0
    assert Anchoring.objects.get().error


@contextmanager
def receiver(status: int) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A web server on this machine that answers so; what it got."""
    got: list[dict[str, str]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.append({"path": self.path, "body": body, **self.headers})
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, got
    finally:
        server.shutdown()
        server.server_close()


def test_an_address_gets_it_and_its_key_is_shown_nowhere(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(anchors, "HTTPSConnection", HTTPConnection)  # TLS is the library's own
    last = use_and_seal()
    with receiver(204) as (port, got):
        settings.AUDIT_ANCHORS = [f"https://ann:se%20cret@127.0.0.1:{port}/heads?key=hidden"]
        assert anchor() == 1
    assert got[0]["path"] == "/heads?key=hidden"
    assert got[0]["Authorization"] == "Basic YW5uOnNlIGNyZXQ="
    assert json.loads(got[0]["body"])["chain"] == last.chain_hash
    use_and_seal(anchors.EVERY_BATCHES)
    assert anchor() == 0, "nobody listens there any more"
    known = Anchoring.objects.get()
    assert known.place == f"https://127.0.0.1:{port}/heads"
    assert known.number == last.number
    assert "cret" not in caplog.text + known.error
    assert "hidden" not in caplog.text + known.error


@pytest.mark.parametrize("status", [301, 307, 403, 500])
def test_any_other_answer_is_a_failure(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(anchors, "HTTPSConnection", HTTPConnection)
    use_and_seal()
    with receiver(status) as (port, got):
        settings.AUDIT_ANCHORS = [f"https://127.0.0.1:{port}"]
        assert anchor() == 0
        assert [each["path"] for each in got] == ["/"]
    assert f"it answered {status}" in Anchoring.objects.get().error


def test_a_certificate_that_nobody_signed_is_a_failure(settings: Settings) -> None:
    use_and_seal()
    with receiver(200) as (port, got):  # it speaks no TLS at all
        settings.AUDIT_ANCHORS = [f"https://127.0.0.1:{port}"]
        assert anchor() == 0
        assert got == []


def test_the_task_anchors_what_it_has_sealed(file: Path) -> None:
    use_and_seal()
    audit.tasks.seal()
    assert heads(file) == [Seal.objects.order_by("number").last().number]


def test_no_place_and_no_seal_are_no_error(settings: Settings) -> None:
    settings.AUDIT_ANCHORS = []
    use_and_seal()
    assert anchor() == 0


@pytest.mark.parametrize(
    "said",
    [
        *("http://host/x", "heads.jsonl", "file://", "file://heads.jsonl", "file://a/b"),
        *("https://", "https:///x", "syslog://"),
    ],
)
def test_a_place_that_leads_nowhere_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("PORTAL_AUDIT_ANCHOR", f"file:///good,{said}")
    with pytest.raises(ImproperlyConfigured, match="PORTAL_AUDIT_ANCHOR"):
        environment.anchors("PORTAL_AUDIT_ANCHOR")


def test_several_places_stand_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_AUDIT_ANCHOR", "file:///a/b, syslog://loghost:514,syslog:///dev/log")
    found = environment.anchors("PORTAL_AUDIT_ANCHOR")
    assert found == ["file:///a/b", "syslog://loghost:514", "syslog:///dev/log"]
