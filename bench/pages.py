"""Pages against an empty signed-in page, through Django's test client, in this process.

The empty page is /accessibility, asked for by the same signed-in user: frame, navigation, session and
the request's own transaction, and nothing of anybody's.
"""

import os
from collections.abc import Callable, Iterator
from time import perf_counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

import accounts.commands
import clock
import insights.commands
from bench import casework, people, scratch
from bench.casework import World
from bench.lines import Line, line

# name -> its address, and how much dearer than an empty page it may be (by judgement).
PAGES: dict[str, tuple[Callable[[World], str], float]] = {
    "page_child": (lambda world: f"/children/{world.child.pk}", 15.0),
    "page_caseload": (lambda world: "/cases", 10.0),
    "page_triage": (lambda world: "/referrals", 10.0),
    "page_dashboard": (lambda world: "/dashboard", 10.0),
}
NAMES = tuple(PAGES)
EMPTY = "/accessibility"
DATABASE = "bench_pages"
# No files have been collected here: their addresses are plain.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ROUNDS = int(os.environ.get("PAGE_ROUNDS", "15"))


def run(names: list[str]) -> Iterator[Line]:
    """A line a page: asked for in turn with the empty one, when both are warm."""
    with scratch.database(DATABASE), override_settings(STORAGES=STORAGES):
        world = casework.seed()
        insights.commands.take_snapshot(on=clock.today(), by=accounts.commands.system())
        client = Client(SERVER_NAME="localhost")
        client.force_login(world.worker)
        for name in names:
            address, target = PAGES[name]
            path = address(world)
            for each in (EMPTY, path, EMPTY, path):
                _seconds(client, each)
            yield line(
                name,
                [(_seconds(client, EMPTY), _seconds(client, path)) for _ in range(ROUNDS)],
                unit="ms",
                against=f"an empty signed-in page: {EMPTY}",
                target=target,
                target_by="judgement",
                queries=_queries(client, path),
                queries_of_empty=_queries(client, EMPTY),
                people=people.PEOPLE,
                cases=casework.CASES,
                cases_of_team=casework.OF_TEAM,
                referrals=casework.REFERRALS,
            )


def _seconds(client: Client, path: str) -> float:
    began = perf_counter()
    answer = client.get(path)
    seconds = perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return seconds


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)
