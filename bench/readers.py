"""Readers at once, with the record of use and without it: each page's entry, a sealer running meanwhile.

READERS processes ask for pages for a few seconds, first without writing the entry, then with it, and so
on in turn: the same processes, database and moment. What differs is `audit.commands.record` alone.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from statistics import median
from time import monotonic
from typing import Any
from unittest.mock import patch

from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import override_settings

import asking
import audit.commands
from accounts.models import User
from audit.models import Entry, Kind, SealedEntry
from bench import casework, people, scratch
from bench.casework import World
from bench.lines import Line, line
from bench.pages import STORAGES
from cases.access import scope
from cases.models import CaseChild, ChronologyEvent

READERS = int(os.environ.get("READERS", "32"))
SECONDS = float(os.environ.get("READER_SECONDS", "6"))
ROUNDS = int(os.environ.get("READER_ROUNDS", "7"))
# 'Lose less than 20 % of their rate to it' (issue 4): 1 / 0.8.
TARGET = 1.25
FORK = get_context("fork")
# The minute's task, as often as a busy second would have it.
SEAL_EVERY = 1.0

Ask = Callable[[int], None]


def run(names: list[str]) -> Iterator[Line]:
    """A line each: milliseconds a page, over all readers."""
    with scratch.database("bench_readers"), override_settings(STORAGES=STORAGES):
        world = casework.seed()
        children = _children(world)
        scratch.settle()
        for name in names:
            make, against = KINDS[name]
            pairs, entries = _measure(lambda make=make: make(world.worker), children)
            yield line(
                name,
                pairs,
                unit="ms",
                against=against,
                target=TARGET,
                target_by="issue 4: readers lose less than 20 % of their rate",
                lost_percent=round(100 * (1 - median(peer / ours for peer, ours in pairs)), 1),
                readers=READERS,
                seconds=SECONDS,
                entries_written=entries,
                commits=_commits(),
                people=people.PEOPLE,
                load=round(os.getloadavg()[0], 1),
                cores=os.cpu_count(),
            )


def _children(world: World) -> list[int]:
    """Those whom the worker's team helps: each reader goes through them from a place of its own."""
    places = CaseChild.objects.filter(case__team=world.worker.memberships.order_by("pk")[0].team)
    return list(places.order_by("pk").values_list("person", flat=True))


def _page(worker: User) -> Ask:
    client = Client(SERVER_NAME="localhost")
    client.force_login(worker)

    def ask(child: int) -> None:
        answer = client.get(f"/children/{child}")
        if answer.status_code != 200:
            raise RuntimeError(f"/children/{child} answered {answer.status_code}")

    return ask


def _scoped(worker: User) -> Ask:
    def ask(child: int) -> None:
        with asking.viewer(worker.pk), transaction.atomic():
            sight = scope.sight(worker, child)
            list(ChronologyEvent.objects.filter(person=sight.person).order_by("-occurred_at")[:20])
            audit.commands.record(
                Kind.CONSULTATION,
                "child",
                persons=[child],
                sections=sight.sections,
                ground=sight.ground,
                by=worker,
            )

    return ask


KINDS: dict[str, tuple[Callable[[User], Ask], str]] = {
    "audit_readers": (_page, "the same pages of a child without an entry"),
    "audit_readers_scoped": (
        _scoped,
        "a child's sight and chronology in a transaction, without an entry, and no page",
    ),
}
NAMES = tuple(KINDS)


def _measure(make: Callable[[], Ask], children: list[int]) -> tuple[list[tuple[float, float]], int]:
    """(seconds a page without, with) round by round, and how many entries were written."""
    make()(children[0])  # what is compiled once is there before the readers are
    before = Entry.objects.count()
    with _sealer(), _readers(make, children) as rate:
        rate(False), rate(True)  # warm
        pairs = [(1 / rate(False), 1 / rate(True)) for _ in range(ROUNDS)]
    written = Entry.objects.count() - before
    assert written > 0
    assert SealedEntry.objects.exists()
    return pairs, written


@contextmanager
def _readers(make: Callable[[], Ask], children: list[int]) -> Iterator[Callable[[bool], float]]:
    """Processes that read when they are told to; yields what tells them and answers pages a second."""
    connections.close_all()
    pipes = []
    for number in range(READERS):
        here, there = FORK.Pipe()
        FORK.Process(target=_read, args=(there, make, children, number), daemon=True).start()
        pipes.append(here)
    for pipe in pipes:
        pipe.recv()  # ready

    def rate(writes: bool) -> float:
        for pipe in pipes:
            pipe.send(writes)
        return float(sum(pipe.recv() for pipe in pipes))

    try:
        yield rate
    finally:
        for pipe in pipes:
            pipe.send(None)


def _read(pipe: Any, make: Callable[[], Ask], children: list[int], number: int) -> None:
    ask, at = make(), number * len(children) // READERS
    ask(children[at])
    pipe.send("ready")
    while (writes := pipe.recv()) is not None:
        began, pages = monotonic(), 0
        with _recording(writes):
            while not pages or monotonic() - began < SECONDS:
                at = (at + 1) % len(children)
                ask(children[at])
                pages += 1
        pipe.send(pages / (monotonic() - began))
    connections.close_all()


@contextmanager
def _recording(writes: bool) -> Iterator[None]:
    if writes:
        yield
    else:
        with patch.object(audit.commands, "record"):
            yield


@contextmanager
def _sealer() -> Iterator[None]:
    """Seals in a process of its own, so that it shares no lock of Python with anybody."""
    connections.close_all()
    stop = FORK.Event()
    process = FORK.Process(target=_seal, args=(stop,), daemon=True)
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join()


def _seal(stop: Any) -> None:
    while not stop.wait(SEAL_EVERY):
        audit.commands.seal(by=None)
    audit.commands.seal(by=None)
    connections.close_all()


def _commits() -> str:
    """How durable a commit is here: a throw-away server waits for no disk."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('fsync'), current_setting('synchronous_commit')")
        return "fsync {}, synchronous_commit {}".format(*cursor.fetchone())
