"""Many invented children and what was observed of them, by set-based SQL."""

import os

from django.db import connection

import accounts.commands

PEOPLE = int(os.environ.get("PEOPLE", "100000"))
EACH = int(os.environ.get("EACH", "10"))

SEED = """
insert into cases_person (
    surname, forenames, date_of_birth, birth_date_estimated, sex, ethnicity, address, postcode,
    over_18_agreed, is_provisional, agency_id, recorded_at,
    facts_version, surname_key, forename_key, forename_initial, forenames_key, surname_sound,
    forename_sound, postcode_key)
select 'Bench', 'Child', current_date - (2500 + (n * 37) %% 3600)::int, false, 'U', '', '', '',
    false, false, %(agency)s, now() - interval '1 day', 0, 'bench', 'child', 'c', 'child',
    'PNX', 'XLT', ''
from generate_series(1, %(people)s) n;
-- Day by day, as a portal fills: what belongs to one child lies apart.
insert into cases_observation (
    person_id, indicator_id, observed_on, recorded_at, severity, confidence, source, note,
    police_only, agency_id, recorded_by_id)
select p.id, codes.id[1 + (p.id * 7 + k * 11) %% cardinality(codes.id)],
    current_date - ((p.id * 31 + k * 97) %% 700)::int, now() - interval '1 day', 1 + (p.id + k) %% 3,
    (array['suspected', 'reported', 'confirmed'])[1 + (k %% 3)],
    'bench', '', false, %(agency)s, %(user)s
from generate_series(1, %(each)s) k
cross join cases_person p
cross join (select array_agg(id order by id) as id from cases_indicator) codes
order by k, p.id;
"""


def seed() -> None:
    """PEOPLE children with EACH observations of the last two years."""
    system = accounts.commands.system()
    told = {"agency": system.agency_id, "user": system.pk, "people": PEOPLE, "each": EACH}
    with connection.cursor() as cursor:
        cursor.execute(SEED, told)
