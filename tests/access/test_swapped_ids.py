"""An id changed in a form reaches no record that is out of the sender's ground.

Every form of the portal is opened by whoever may send it and filled in; that it would be taken is seen
first, and undone. Then each field that carries the id of a record carries another's: somebody else's
child, place, contact, flag, version, a hidden child, an agency outside, a user outside, nobody. The
form comes back with the error at that field (or not at all), and no table has changed.

FORMS says what is typed and what is swapped. A form that offers a record and is not there fails.
"""

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from accounts.models import Agency, User
from cases.models import CaseChild, Contact
from tests.access import out_of_ground, world
from tests.access.filled_in import FORMS, SAME_FOR_ALL, Filled
from tests.access.forms_on import Sent, forms_on
from tests.access.test_matrix import COLUMNS, ROWS
from tests.databases import undone
from tests.rest.api import machine, report

# What is written when nothing is done: the record of use, who is signed in, what was looked for.
BESIDE = {"audit_entry", "django_session", "cases_keptsearch"}
# A value, or part of a name, that is the key of a record.
AN_ID = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}")
IN_A_NAME = re.compile(r"(?<=[_-])\d+(?=[_-]|$)")


@pytest.fixture
def built(the_world_beside: world.World, caplog: pytest.LogCaptureFixture) -> world.World:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return the_world_beside


@pytest.fixture
def clients(built: world.World) -> dict[str, Client]:
    found = {}
    for name, user in built.users.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


def tables() -> list[str]:
    kept = set(connection.introspection.table_names()) - BESIDE
    return sorted(name for name in kept if not name.startswith("django_migr"))


def rows() -> dict[str, str]:
    """Each table's rows as one digest."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(
                f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from \"{table}\" t"
            )
            (found[table],) = cursor.fetchone()
    return found


def changed(before: dict[str, str]) -> list[str]:
    return [table for table, digest in rows().items() if before[table] != digest]


def ids_in(text: str, ids: dict[str, object]) -> str:
    return text.format(**ids)


def filled(form: Filled, client: Client, built: world.World) -> Sent:
    """What is sent: as the page stands, and over it what the table types."""
    page = client.get(ids_in(form.address, built.ids))
    assert page.status_code == 200, f"{form}: {page.status_code}"
    mine = [
        each for each in forms_on(page.content.decode()) if not form.has or form.has in each.fields
    ]
    assert mine, f"{form}: no form on its page"
    typed = {
        ids_in(name, built.ids): [ids_in(v, built.ids) for v in value]
        if isinstance(value, list)
        else ids_in(value, built.ids)
        for name, value in form.typed.items()
    }
    return mine[0].sends | typed


def sent(form: Filled, client: Client, built: world.World, body: Sent) -> HttpResponse:
    return client.post(ids_in(form.to or form.address, built.ids), body)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_no_swapped_id_reaches_another_s_record(
    form: Filled, built: world.World, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(built.users[form.who])
    body = filled(form, client, built)
    with undone():
        taken = sent(form, client, built, body)
        assert taken.status_code == form.taken, f"not taken: {errors(taken)}"
    wrong = []
    for name, others in form.swapped.items():
        for other in others:
            swapped = swap(body, name, other, built)
            before = rows()
            with undone():
                answer = sent(form, client, built, swapped)
                wrong += [f"{name} = {other}: {each}" for each in faults(answer, name, form, built)]
                wrong += [
                    f"{name} = {other}: {each} has changed"
                    for each in changed(before)
                    if each not in form.keeps
                ]
    assert not wrong, "\n".join(wrong)


def swap(body: Sent, name: str, other: str, built: world.World) -> Sent:
    """The other's id in the field; in all names of that record where the names carry the id."""
    mine, theirs = ids_in(name, built.ids), str(built.ids[other])
    if not IN_A_NAME.search(mine) or name.startswith("child-0"):
        return body | {mine: [theirs] if isinstance(body.get(mine), list) else theirs}
    assert mine in body, f"{mine} is not sent"
    own = IN_A_NAME.search(mine)[0]
    return {
        IN_A_NAME.sub(lambda found: theirs if found[0] == own else found[0], each): value
        for each, value in body.items()
    }


def faults(answer: HttpResponse, name: str, form: Filled, built: world.World) -> Iterator[str]:
    page = answer.content.decode()
    if answer.status_code not in {404, form.refused}:
        yield str(answer.status_code)
    elif answer.status_code in {200, 422} and not says_so(page, ids_in(name, built.ids), form):
        yield f"no error at the field: {errors(answer)}"
    for told in out_of_ground.NAMES:
        if told in page:
            yield f"tells of {told}"


def says_so(page: str, name: str, form: Filled) -> bool:
    at = form.error_at.get(name.split("-")[-1], name)
    return f'href="#id_{at}' in page if at else "There is a problem" in page


def errors(answer: HttpResponse) -> str:
    page = answer.content.decode()
    found = re.findall(r'href="#(id_[^"]*)"[^>]*>([^<]*)', page)
    return f"{answer.status_code} {[(at, ' '.join(words.split())) for at, words in found]}"


# --- the guard --------------------------------------------------------------------------------


def as_a_rule(name: str, view: str) -> str:
    """The name; '#' where it carries an id itself: all names of one record are swapped at once.

    The children of the contact form are counted, 0 to 3: those are no ids.
    """
    if view == "contact_draft":
        return name
    return "#" if IN_A_NAME.search(name) else name


def offered(built: world.World, clients: dict[str, Client]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for method, _, address, statuses in ROWS:
        if method != "GET" or address.endswith((".csv", ".pdf")):
            continue
        where = address.format(**built.ids)
        for name, status in zip(COLUMNS.values(), statuses, strict=True):
            if status != 200:
                continue
            for form in forms_on(clients[name].get(where).content.decode()):
                view = resolve((form.action or where).split("?")[0]).view_name
                for each in form.fields.values():
                    values = [v for v in each.values if v]
                    carries = each.kind in {"select", "radio", "checkbox", "hidden"} and (
                        any(AN_ID.fullmatch(value) for value in values)
                    )
                    if carries or as_a_rule(each.name, view) == "#":
                        found.setdefault(view, set()).add(as_a_rule(each.name, view))
    return found


def test_every_field_that_carries_an_id_is_swapped(
    built: world.World, clients: dict[str, Client]
) -> None:
    asked: dict[str, set[str]] = {}
    for form in FORMS:
        view = resolve(ids_in(form.to or form.address, built.ids)).view_name
        names = (as_a_rule(ids_in(name, built.ids), view) for name in form.swapped)
        asked.setdefault(view, set()).update(names)
    left_out = {
        f"{view}: {name}"
        for view, names in offered(built, clients).items()
        for name in names - asked.get(view, set())
        if not SAME_FOR_ALL.fullmatch(name)
    }
    assert not left_out, "\n".join(sorted(left_out))


# --- the API ----------------------------------------------------------------------------------


# What a payload may say of records: in words, or under the sender's own reference.
TOLD = {
    "source_ref", "occurred_at", "contact_type", "narrative", "handling", "safe_now", "area",
    "location", "children", "surname", "forenames", "date_of_birth", "sex", "address", "postcode",
    "words", "seen_to_by", "answer", "area_code", "officer", "crime_ref", "text", "voice", "audience",
    "reason",
    # Agencies by their names, of those alone that may be asked, or told: the tests below.
    "agency", "what", "why", "needed_by", "agencies", "agreed_by_author",
    # The number of a version opens nothing: any but the one that counts is refused.
    "safe_to_tell_read",
}  # fmt: skip
# OAuth's own words: which client asks.
OF_TOKENS = {"GrantRequest"}


def test_no_payload_of_the_api_carries_the_id_of_a_record() -> None:
    """Records stand in the address (test_api_matrix.py); whatever is new in a payload is looked at here."""
    schemas = yaml.safe_load(Path("docs/openapi.yaml").read_text())["components"]["schemas"]
    asked = {name for name in schemas if name.endswith("Request")} - OF_TOKENS
    assert len(asked) >= 3
    assert {field for name in asked for field in schemas[name]["properties"]} <= TOLD


def test_an_agency_that_may_not_be_asked_is_like_one_that_is_not_there(built: world.World) -> None:
    """Named by a client that holds a share: who shares with others, or is nowhere near the child."""
    school = machine(built.users["school"].agency)
    place = CaseChild.objects.get(pk=built.ids["milo's place"])
    address = f"/cases/{place.case.reference}/children/{place.person_id}"
    safe = school.get(f"{address}/to-ask").json()
    said = {
        "what": "How is he?",
        "why": "To help",
        "needed_by": "2026-12-01",
        "safe_to_tell_read": safe["safe_to_tell"] and safe["safe_to_tell"]["version"],
    }
    before = rows()
    answers = set()
    for key in ("third agency", "foreign agency", "school agency", "nobody"):
        agency = Agency.objects.filter(pk=built.ids[key]).first()
        sent = said | {"agency": agency.name if agency else "No such agency"}
        with undone():
            answer = school.post(f"{address}/requests", sent)
        answers.add((answer.status_code, answer.content))
    assert len(answers) == 1
    assert [each[0] for each in answers] == [400]
    assert not changed(before)
    assert (
        school.post(f"{address}/requests", said | {"agency": safe["agencies"][0]}).status_code
        == 201
    )


def test_the_reference_of_another_client_is_a_new_contact_of_ones_own(
    built: world.World,
) -> None:
    school, other = machine(built.users["school"].agency), machine()
    told = other.post("/contacts", report(source_ref="CAD-9")).json()["id"]
    before = Contact.objects.filter(pk=told).values().get()
    answer = school.post("/contacts", report(source_ref="CAD-9", narrative="Another text"))
    assert answer.status_code == 201
    assert answer.json()["id"] != told
    assert Contact.objects.filter(pk=told).values().get() == before
