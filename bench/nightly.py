"""The nightly run against its floor: read every observation once, write every result once."""

import io
import os
from statistics import median
from time import perf_counter

from django.db import connection, transaction

import accounts.commands
import clock
import risk.commands
from risk.models import Reading, Run
from tools import databases

PEOPLE = int(os.environ.get("PEOPLE", "20000"))
EACH = 10
ROUNDS = 3
NAME = "bench_risk_nightly"
# Of a steady night a fifth of the rows moves (design/perf.md): so many are disturbed before a round.
MOVED = 5

SEED = """
insert into cases_person (
    surname, forenames, date_of_birth, birth_date_estimated, sex, ethnicity, address, postcode,
    cautions, statutory_status, safe_to_tell, over_18_agreed, is_provisional, agency_id, recorded_at,
    facts_version, surname_key, forename_key, forename_initial, forenames_key, surname_sound,
    forename_sound, postcode_key)
select 'Bench', 'Child', current_date - (2500 + (n * 37) %% 3600)::int, false, 'U', '', '', '',
    '', '', '', false, false, %(agency)s, now(), 0, 'bench', 'child', 'c', 'child', 'PNX', 'XLT', ''
from generate_series(1, %(people)s) n;
insert into cases_observation (
    person_id, indicator_id, observed_on, recorded_at, severity, confidence, source, note,
    police_only, agency_id, recorded_by_id)
select p.id, i.id, current_date - ((p.id * 31 + k * 97) %% 700)::int,
    now() - interval '1 day', 1 + (p.id + k) %% 3,
    (array['suspected', 'reported', 'confirmed'])[1 + (k %% 3)],
    'bench', '', false, %(agency)s, %(user)s
from cases_person p cross join generate_series(1, %(each)s) k
join lateral (select id from cases_indicator order by id offset (p.id * 7 + k * 11) %% 60 limit 1) i on true;
analyze;
"""


def run() -> dict[str, object]:
    """One line: the median of a steady night, and its ratio to the floor, pair by pair."""
    owner = databases.owner()
    with owner.cursor() as cursor:
        databases.drop(cursor, NAME)
        databases.create(cursor, NAME)
    try:
        databases.fill(NAME)
        _seed()
        _night()  # the first writes everybody: a new model's cost, not a steady night's
        pairs = [(_floor(), _steady_night()) for _ in range(ROUNDS)]
    finally:
        connection.close()
        with owner.cursor() as cursor:
            databases.drop(cursor, NAME)
        owner.close()
    ratio = median(night / floor for floor, night in pairs)
    return {
        "name": "risk_nightly",
        "value": round(median(night for _, night in pairs), 3),
        "unit": "s",
        "against": "floor",
        "ratio": round(ratio, 2),
        "target": 2.5,
        "ok": ratio <= 2.5,
        "people": PEOPLE,
        "observations": PEOPLE * EACH,
    }


def _seed() -> None:
    system = accounts.commands.system()
    told = {"agency": system.agency_id, "user": system.pk, "people": PEOPLE, "each": EACH}
    with connection.cursor() as cursor:
        cursor.execute(SEED, told)


def _night() -> float:
    system = accounts.commands.system()
    asked: Run = risk.commands.ask_for_run(as_of=clock.today(), inline=True, by=system)
    began = perf_counter()
    risk.commands.recalculate_all(asked, by=system)
    return perf_counter() - began


def _steady_night() -> float:
    """A night on which a fifth of the readings moves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update risk_reading set need = need + 0.5 where person_id %% %s = 0", [MOVED]
        )
    return _night()


def _floor() -> float:
    """Read every observation once (a sum), write every reading once (COPY into a bare table)."""
    rows = io.StringIO()
    for values in Reading.objects.values_list(
        "person_id", "harm_to_child", "harm_by_child", "need"
    ):
        rows.write("\t".join(map(str, values)) + "\n")
    rows.seek(0)
    with transaction.atomic(), connection.cursor() as cursor:
        began = perf_counter()
        cursor.execute("select sum(severity) from cases_observation")
        seconds = perf_counter() - began
    owner = databases.owner(NAME)
    with owner.cursor() as cursor:
        cursor.execute("create table floor (person bigint, a float8, b float8, c float8)")
        began = perf_counter()
        cursor.copy_expert("copy floor from stdin", rows)
        seconds += perf_counter() - began
        cursor.execute("drop table floor")
    owner.close()
    return seconds
