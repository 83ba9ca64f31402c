"""Many invented contacts, cases and referrals: one of each by the portal's own commands, then
repeated over other children by set-based SQL."""

import os
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import connection

import accounts.commands
import cases.commands
import clock
import referrals.commands
from accounts.models import Agency, AgencyKind, Role, Team, User
from bench import people, scratch
from cases.matching.keys import Described
from cases.models import Contact, Handling, Indicator, NextStep, Person

CASES = int(os.environ.get("CASES", people.PEOPLE // 5))
OF_TEAM = int(os.environ.get("OF_TEAM", min(200, CASES // 2)))
REFERRALS = int(os.environ.get("REFERRALS", people.PEOPLE // 50))
# A row again for the next children: `moved` columns count up with them, the rest is as it was. The
# sequence is asked for every row, so that it has counted up too where the id moves by itself.
REPEAT = """
insert into {table}
select again.* from (select * from {table} where {where}) t
cross join generate_series(1, %(times)s) n
cross join lateral jsonb_populate_record(null::{table}, to_jsonb(t) || jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('{table}', 'id')),
    'grant_ref', gen_random_uuid(), 'source_ref', gen_random_uuid(), {moved})) as again
"""


@dataclass(frozen=True)
class World:
    """Who works here: a lead worker who sits in the hub and reads the figures too, with a child of
    the own caseload."""

    worker: User
    child: Person
    admin: User


def seed() -> World:
    """People and facts; CASES open cases, OF_TEAM of them the worker's team's; REFERRALS that wait."""
    people.seed()
    agency = accounts.commands.found_agency(
        "Bench Police", kind=AgencyKind.POLICE, is_lead=True, by=None
    )
    admin = _user("admin", Role.ADMINISTRATOR, agency=agency)
    team, other_team, hub = (
        accounts.commands.form_team(name, agency=agency, is_hub=name == "Hub", by=admin)
        for name in ("Team", "Other team", "Hub")
    )
    roles = (Role.LEAD_WORKER, Role.TRIAGE_WORKER, Role.COMMANDER)
    worker = _user("worker", *roles, agency=agency)
    other = _user("other", Role.LEAD_WORKER, agency=agency)
    for user, joined in ((worker, team), (worker, hub), (other, other_team)):
        accounts.commands.join_team(user, joined, by=admin)
    children = Person.objects.order_by("pk")
    mine, theirs, referred = (children[n] for n in (0, OF_TEAM, CASES))
    _cases(mine, team, worker, OF_TEAM)
    _cases(theirs, other_team, other, CASES - OF_TEAM)
    _referrals(referred, other, REFERRALS)
    scratch.settle()
    return World(worker, mine, admin)


def contact(child: Person, *, by: User) -> Contact:
    """A contact with a child who is known, by the form's two commands: saved, then completed."""
    saved = cases.commands.record_contact(
        cases.commands.Told(
            source="form",
            source_ref=str(uuid4()),
            occurred_at=clock.now() - timedelta(hours=1),
            contact_type="Child concern",
            narrative="Seen in the park after dark, with two older boys.",
            handling=Handling.SHARE,
            safe_now="yes",
            children=[
                cases.commands.ChildSeen(Described(child.surname, child.forenames), person=child)
            ],
        ),
        by=by,
    )
    noticed = [
        cases.commands.Noticed(indicator)
        for indicator in Indicator.objects.filter(code__in=["PEE03", "P04"]).order_by("code")
    ]
    return cases.commands.complete_contact(
        saved,
        completions=[
            cases.commands.Completion(
                saved.children.select_related("person").get(),
                voice="I like it there",
                noticed=noticed,
            )
        ],
        handling=Handling.SHARE,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step=NextStep.NOTHING_MORE,
        by=by,
    )


def _user(username: str, *roles: Role, agency: Agency) -> User:
    return accounts.commands.invite_user(
        username, name=username.capitalize(), agency=agency, roles=roles, by=None
    )


def _cases(child: Person, team: Team, worker: User, number: int) -> None:
    """So many cases of a team, each of one child with a contact, a lead worker and an action."""
    made = contact(child, by=worker)
    case = cases.commands.open_case(
        "Bench", children=[child], team=team, lead_worker=worker, by=worker
    )
    place = case.places.get()
    due = clock.today() + timedelta(days=7)
    cases.commands.set_action(place, what="Call the school", owner=worker, due_on=due, by=worker)
    _repeat_contact(made, child, number)
    _repeat("cases_case", f"id = {case.pk}", number, "id")
    _repeat("cases_casechild", f"id = {place.pk}", number, "id", "case_id", "person_id")
    for table in ("cases_placegrouppermission", "cases_placeuserpermission"):
        _repeat(table, f"content_object_id = {place.pk}", number, "content_object_id")
    for table in ("cases_teamplace", "cases_action"):
        _repeat(table, f"place_id = {place.pk}", number, "place_id")
    events = f"person_id = {child.pk} and place_id is not null"
    _repeat("cases_chronologyevent", events, number, "person_id", "place_id")


def _referrals(child: Person, by: User, number: int) -> None:
    """So many referrals of a contact each, that wait for the hub."""
    made = contact(child, by=by)
    referral = referrals.commands.make_referral(
        contact=made,
        children=[child],
        reason="Out late with older boys",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=by,
    )
    _repeat_contact(made, child, number)
    _repeat("referrals_referral", f"id = {referral.pk}", number, "id", "contact_id")
    children = f"referral_id = {referral.pk}"
    _repeat("referrals_referralchild", children, number, "referral_id", "person_id")
    rows = f"content_object_id = {child.pk}"
    _repeat("cases_persongrouppermission", rows, number, "content_object_id")


def _repeat_contact(made: Contact, child: Person, number: int) -> None:
    _repeat("cases_contact", f"id = {made.pk}", number, "id")
    of_it = f"contact_id = {made.pk}"
    _repeat("cases_contacttext", of_it, number, "contact_id")
    for table in ("cases_contactchild", "cases_observation", "cases_chronologyevent"):
        _repeat(table, of_it, number, "contact_id", "person_id")
    rows = f"content_object_id = {child.pk}"
    _repeat("cases_personuserpermission", rows, number, "content_object_id")


def _repeat(table: str, where: str, number: int, *moved: str) -> None:
    pairs = ", ".join(f"'{column}', t.{column} + n" for column in moved)
    with connection.cursor() as cursor:
        cursor.execute(REPEAT.format(table=table, where=where, moved=pairs), {"times": number - 1})
