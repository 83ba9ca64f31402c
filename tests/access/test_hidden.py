"""Before and after Kit and Milo are restricted, then sealed, then open again: every address, every role.

The world is the access table's. Kit is in a referral that waits, under a flag that called duty; Milo
in a case with Iris, with an action, a share, a course of help. A new supervisor owns both records.
"""

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

import cases.commands
import clock
import referrals.commands
from accounts.models import Notification, Role, User
from audit.models import Entry, Kind
from cases.commands import Named
from cases.models import Contact, KeptSearch, Person, Restriction
from tests import factories
from tests.access import world
from tests.access.test_matrix import COLUMNS, ROWS, TOKEN
from tests.rest.api import machine, report, robin

# Addresses that are of Kit or Milo alone, or of a contact with one of them.
THEIRS = re.compile(
    r"\{(milo|kit|together|unsafe|flag|waiting|action|share|milo's place|milo's help)\}"
)
# Who reads who looked at a record has no ground on the child, and is told no name.
NOT_CLOSED = {"/children/{milo}/looks": {"governance"}}
NAMES = ("Milo", "Kit")
LISTS = ("/", "/flags", "/prompts", "/referrals", "/cases", "/shared", "/services")


@pytest.fixture
def built(db: None, held_clock: object, caplog: pytest.LogCaptureFixture) -> world.World:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return world.build()


@pytest.fixture
def owner(db: None) -> User:
    return factories.user(Role.SUPERVISOR, Role.LEAD_WORKER, name="The owner")


def clients_of(built: world.World) -> dict[str, Client]:
    clients = {}
    for name, user in built.users.items():
        clients[name] = Client()
        clients[name].force_login(user)
    return clients


def hide(built: world.World, owner: User, *names: str, kind: str = "restricted") -> None:
    for name in names or ("kit", "milo"):
        cases.commands.restrict(
            Person.objects.get(pk=built.ids[name]),
            owner=owner,
            why="Their father works here",
            named=[Named(owner, reachable_at_any_hour=True)],
            kind=kind,
            by=built.users["governance"],
        )


def lift(built: world.World) -> None:
    for each in Restriction.objects.live().exclude(person=built.ids["wren"]):
        cases.commands.lift(each, why="Over", by=built.users["governance"])


def plain(answer: HttpResponse) -> str:
    return TOKEN.sub("", answer.content.decode())


def statuses(built: world.World, clients: dict[str, Client]) -> dict[tuple[str, str, str], int]:
    """What everybody gets when they ask for what is Kit's or Milo's. Only reads: nothing is changed."""
    return {
        (method, address, name): getattr(client, method.lower())(
            address.format(**built.ids)
        ).status_code
        for method, _, address, _ in ROWS
        if THEIRS.search(address)
        for name, client in clients.items()
    }


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_every_address_of_theirs_is_closed_to_everybody_and_open_again_when_it_is_lifted(
    built: world.World, owner: User, kind: str
) -> None:
    clients = clients_of(built)
    before = statuses(built, clients)
    hide(built, owner, kind=kind)
    during = statuses(built, clients)
    wrong = [
        f"{where}: {status}"
        for where, status in during.items()
        if status not in {403, 404} and where[2] not in NOT_CLOSED.get(where[1], ())
    ]
    assert not wrong, "\n".join(wrong)
    assert all(status == before[where] for where, status in during.items() if status == 403)
    hers = Client()
    hers.force_login(owner)
    for address in ("/children/{kit}", "/children/{milo}", "/flags/{flag}", "/contacts/{unsafe}"):
        assert hers.get(address.format(**built.ids)).status_code == 200, address
    lift(built)
    assert statuses(built, clients) == before
    assert hers.get(f"/children/{built.ids['kit']}").status_code == 404


def test_no_list_of_anybody_names_or_counts_them(built: world.World, owner: User) -> None:
    clients = clients_of(built)

    def shown(name: str, address: str) -> str:
        answer = clients[name].get(address)
        return plain(answer) if answer.status_code == 200 else ""

    before = {(n, a): shown(n, a) for n in COLUMNS.values() for a in LISTS}
    named = {where for where, page in before.items() if any(child in page for child in NAMES)}
    assert {name for name, _ in named} >= {"author", "duty", "hub", "lead", "school"}
    hide(built, owner)
    wrong = []
    for name, address in before:
        page = shown(name, address)
        wrong += [f"{name} {address}: {child}" for child in NAMES if child in page]
        references = (f"F-{built.ids['flag']}", f"R-{built.ids['waiting']}")
        wrong += [f"{name} {address}: {each}" for each in references if f"{each}<" in page]
        wrong += [f"{name} {address}: {each}" for each in references if f"{each} " in page]
    assert not wrong, "\n".join(wrong)


def test_no_line_on_a_home_page_leads_to_them(built: world.World, owner: User) -> None:
    hide(built, owner)
    theirs = [
        f"/flags/{built.ids['flag']}",
        f"/referrals/R-{built.ids['waiting']}",
        f"/actions/{built.ids['action']}",
        "/enrolments/{milo's help}".format(**built.ids),
    ]
    left = Notification.objects.filter(url__in=theirs, seen_at=None).exclude(user=owner)
    assert not left.exists()


def test_a_page_that_was_open_is_closed_in_that_second_to_the_partner(
    built: world.World, owner: User
) -> None:
    school = clients_of(built)["school"]
    address = f"/children/{built.ids['milo']}"
    assert school.get(address).status_code == 200
    hide(built, owner, "milo")
    nobody = school.get("/children/987654321")
    assert plain(school.get(address)) == plain(nobody)
    assert nobody.status_code == 404


def test_a_referral_and_a_case_go_on_for_the_child_who_is_not_hidden(
    built: world.World, owner: User
) -> None:
    clients = clients_of(built)
    hide(built, owner, "milo")
    case = plain(clients["lead"].get(f"/cases/EI-{built.ids['case']}"))
    assert "Iris" in case
    assert "Milo" not in case
    for name in ("author", "hub"):
        referral = plain(clients[name].get(f"/referrals/R-{built.ids['decided']}"))
        assert "R-" in referral
        assert "Milo" not in referral
    both = factories.contact(
        *(Person.objects.get(pk=built.ids[name]) for name in ("kit", "iris")),
        by=owner,
        narrative="Kit ran from Iris",
    )
    again = referrals.commands.make_referral(
        contact=both,
        children=list(Person.objects.filter(pk__in=[built.ids["kit"], built.ids["iris"]])),
        reason="Afraid of each other",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=owner,
    )
    hide(built, owner, "kit")
    page = plain(clients["hub"].get(f"/referrals/{again.reference}"))
    assert "Iris" in page
    assert "Kit" not in page
    assert "Police hold more about this contact" not in page
    assert clients["lead"].get(f"/cases/EI-{built.ids['case']}/close").status_code == 200
    assert clients["lead"].get(f"/cases/EI-{built.ids['case']}/reviews/new").status_code == 200


# --- the search, and the contact that would have hit


TYPED = {
    "forenames": "Wren",
    "surname": "Hollis",
    "date_of_birth-day": "4",
    "date_of_birth-month": "5",
    "date_of_birth-year": "2013",
}


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
@pytest.mark.parametrize("name", ["officer", "hub"])
def test_a_search_is_answered_with_the_same_bytes_and_the_same_work(
    built: world.World, owner: User, name: str, kind: str
) -> None:
    """Beside the same search once no index finds Wren's record any more."""
    client = clients_of(built)[name]
    wren = Person.objects.get(pk=built.ids["wren"])
    if kind == "sealed":
        made = Restriction.objects.live().get(person=wren)
        cases.commands.seal(made, why="Adopted", by=built.users["governance"])
    kept = KeptSearch.objects.count()
    asked = _asked(lambda: client.post("/search", TYPED))
    Person.objects.filter(pk=wren.pk).update(
        surname_key="x", forename_key="y", surname_sound="z", forename_sound="q",
        forename_initial="w", postcode_key="NB99ZZ",
    )  # fmt: skip
    nobody = _asked(lambda: client.post("/search", TYPED))
    assert asked == nobody
    assert "No other record that you can open. Worried? Call the hub on" in asked[1]
    assert KeptSearch.objects.count() == kept + 2


def _asked(ask: Callable[[], HttpResponse]) -> tuple[int, str, int, list[str]]:
    """Status, bytes, how many questions the database was asked, and which headers."""
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    return answer.status_code, plain(answer), len(queries), sorted(answer.headers)


def test_what_was_typed_stands_in_no_entry_of_the_record_of_use(
    built: world.World, owner: User
) -> None:
    last = Entry.objects.latest("pk").pk
    clients_of(built)["officer"].post("/search", TYPED)
    new = Entry.objects.filter(pk__gt=last)
    assert [entry.kind for entry in new] == [Kind.CONSULTATION]
    assert new[0].persons == []
    assert "olli" not in str(vars(new[0]))


def test_the_match_while_typing_a_contact_is_the_same_bytes(
    built: world.World, owner: User
) -> None:
    client = clients_of(built)["author"]
    typed = {f"child-0-{name}": value for name, value in TYPED.items()} | {"child": "0"}
    address = f"/contacts/drafts/{built.ids['draft']}/matches"
    hit = client.post(address, typed)
    miss = client.post(address, typed | {"child-0-forenames": "Zander", "child-0-surname": "Quill"})
    assert hit.status_code == miss.status_code == 200
    assert plain(hit) == plain(miss)


# --- break-glass over HTTP


def broken(client: Client, **more: str) -> HttpResponse:
    return client.post("/break-glass", TYPED | {"reason": "Missing"} | more)


def test_the_glass_opens_the_record_for_an_hour(built: world.World, owner: User) -> None:
    client = clients_of(built)["officer"]
    address = f"/children/{built.ids['wren']}"
    start = clock.now()
    answer = broken(client)
    assert (answer.status_code, answer["Location"]) == (302, address)
    page = client.get(address).content.decode()
    assert "this record is open to you until" in page
    for minutes, status in ((59, 200), (61, 404)):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get(address).status_code == status


def test_no_hit_and_a_sealed_one_are_the_same_bytes(built: world.World, owner: User) -> None:
    client = clients_of(built)["officer"]
    made = Restriction.objects.live().get(person=built.ids["wren"])
    cases.commands.seal(made, why="Adopted", by=built.users["governance"])
    sealed = _asked(lambda: broken(client))
    Person.objects.filter(pk=built.ids["wren"]).update(surname_key="x")
    nobody = _asked(lambda: broken(client))
    assert sealed == nobody
    assert sealed[0] == 200
    assert "No other record that you can open. Worried? Call the hub on" in sealed[1]


def test_a_word_that_is_missing_is_said_at_its_field(built: world.World, owner: User) -> None:
    answer = broken(clients_of(built)["officer"], reason="")
    assert answer.status_code == 422
    assert "Say why you need this record now" in answer.content.decode()
    assert "Hollis" in answer.content.decode()


# --- the API


def test_a_client_that_told_of_a_child_reads_nothing_of_it_any_more(
    built: world.World, owner: User
) -> None:
    client = machine()
    body = report(children=[robin(forenames="Una", date_of_birth="2012-02-02")])
    first = client.post("/contacts", body, key="k1")
    assert first.status_code == 201
    child = Person.objects.get(pk=first.json()["children"][0]["id"])
    assert client.get(f"/children/{child.pk}/readings").status_code == 200
    cases.commands.restrict(
        child,
        owner=owner,
        why="Staff",
        named=[Named(owner, reachable_at_any_hour=True)],
        by=built.users["governance"],
    )
    assert client.get(f"/children/{child.pk}/readings").status_code == 404
    assert client.get(f"/children/{child.pk}/watch-for").status_code == 404
    again = client.post("/contacts", body, key="k1")
    assert again.status_code == 201
    assert again.json() == first.json() | {"children": taken_of_nobody(1)}
    # Told again under its reference it is taken, and nothing is said of the child.
    taken = client.post("/contacts", {**body, "narrative": "More is known"}, key="k2")
    assert (taken.status_code, taken.json()["state"]) == (200, "amended")
    assert taken.json()["children"] == taken_of_nobody(1)


def taken_of_nobody(children: int) -> list[dict[str, object]]:
    """What is said of so many children of whom nothing is told."""
    said = {"outcome": "received", "id": None, "reference": None, "known_as": [], "may_be": []}
    return [said] * children


def test_a_client_that_tells_of_a_hidden_child_is_answered_as_for_a_new_one(
    built: world.World, owner: User
) -> None:
    client = machine()
    wren = robin(forenames="Wren", surname="Hollis")
    nobody = robin(
        forenames="Zander", surname="Quill", date_of_birth="2011-08-03", postcode="NB7 7ZZ"
    )
    answers = [
        client.post("/contacts", report(source_ref=f"CAD-{n}", children=[child])).json()
        for n, child in enumerate((wren, nobody))
    ]
    first, second = (
        {k: v for k, v in answer["children"][0].items() if k not in {"id", "reference"}}
        for answer in answers
    )
    assert first == second == {"outcome": "new", "known_as": [], "may_be": []}
    assert answers[0]["children"][0]["id"] != built.ids["wren"]


def test_a_clients_referral_of_a_hidden_child_is_not_in_its_list(
    built: world.World, owner: User
) -> None:
    client = machine()
    taken = client.post("/contacts", report()).json()
    contact = Contact.objects.get(pk=taken["id"])
    child = contact.children.get().person
    made = referrals.commands.make_referral(
        contact=contact,
        children=[child],
        reason="Away",
        wanted="",
        agreed="yes",
        agreed_why_not="",
        by=client.user,
    )
    assert client.get(f"/referrals/{made.reference}").status_code == 200
    cases.commands.restrict(
        child,
        owner=owner,
        why="Staff",
        named=[Named(owner, reachable_at_any_hour=True)],
        by=built.users["governance"],
    )
    assert client.get("/referrals").json()["results"] == []
    assert client.get(f"/referrals/{made.reference}").status_code == 404
