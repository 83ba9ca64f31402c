"""The nightly run against its floor: read every observation once, write every reading once.

By one worker and by two, who are real: Celery's own processes, told through the queue.
"""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, perf_counter, sleep
from urllib.parse import urlsplit, urlunsplit

from django.db import connection, transaction

import accounts.commands
import clock
import risk.commands
from bench import people, scratch
from bench.lines import Line, line, short_number
from risk.models import RunState
from tools import databases

NAMES = ("risk_nightly",)
DATABASE = "bench_risk_nightly"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
WORKERS = (1, 2)
TARGET = 2.5
# Of a steady night a fifth of the rows moves (design/perf.md): so many are disturbed before a round.
MOVED = "update risk_reading set need = need + 0.5 where person_id % 5 = 0"
A_NIGHT_SECONDS = 1200


def run(names: list[str]) -> Iterator[Line]:
    """A line for each number of workers: a steady night, floor and night in turn."""
    with scratch.database(DATABASE):
        people.seed()
        scratch.settle("cases_person", "cases_observation")
        for number in WORKERS:
            with _workers(number):
                _night()  # the first writes everybody; a later one wakes the workers
                rows = _rows()
                pairs = [(_floor(rows), _steady_night()) for _ in range(ROUNDS)]
            yield line(
                f"risk_nightly_{short_number(people.PEOPLE)}_{number}worker{'s' * (number > 1)}",
                pairs,
                against="floor: every observation read once, every reading written once",
                target=TARGET,
                target_by="design/perf.md",
                people=people.PEOPLE,
                observations=people.PEOPLE * people.EACH,
                workers=number,
            )


@contextmanager
def _workers(number: int) -> Iterator[None]:
    """A Celery worker with so many processes, on the scratch database and on this queue."""
    command = [sys.executable, "-m", "celery", "-A", "eiportal", "worker"]
    options = ["--concurrency", str(number), "--loglevel", "error", "--without-gossip"]
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{scratch.current()}"))
    }
    worker = subprocess.Popen([*command, *options], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _night() -> float:
    """From asking until the run is closed."""
    began = perf_counter()
    run = risk.commands.ask_for_run(as_of=clock.today(), by=accounts.commands.system())
    give_up = monotonic() + A_NIGHT_SECONDS
    while run.state not in {RunState.DONE, RunState.FAILED}:
        sleep(0.005)
        run.refresh_from_db(fields=["state", "error"])
        if monotonic() > give_up:
            raise TimeoutError("The workers did not end the run")
    if run.state == RunState.FAILED:
        raise RuntimeError(run.error)
    return perf_counter() - began


def _steady_night() -> float:
    """A night on which a fifth of the readings moves."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED)
    scratch.settle("risk_reading")
    return _night()


def _rows() -> str:
    """Every reading, whole, as COPY reads it."""
    rows = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert("copy risk_reading to stdout", rows)
    return rows.getvalue()


def _floor(rows: str) -> float:
    """A sequential scan with a sum, and COPY of the whole rows into a bare table."""
    with transaction.atomic(), connection.cursor() as cursor:
        began = perf_counter()
        cursor.execute("select sum(severity) from cases_observation")
        seconds = perf_counter() - began
    owner = databases.owner(scratch.current())
    with owner.cursor() as cursor:
        cursor.execute("create table floor (like risk_reading)")
        began = perf_counter()
        cursor.copy_expert("copy floor from stdin", io.StringIO(rows))
        seconds += perf_counter() - began
        cursor.execute("drop table floor")
    owner.close()
    return seconds
