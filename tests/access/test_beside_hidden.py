"""What is of the others goes on while a child beside them is restricted, and no figure tells of it."""

import logging
import re

import pytest
from django.test import Client

import accounts.commands
import cases.commands
import clock
import insights.commands
from accounts.models import Role, User
from cases.commands import ChildSeen, Told
from cases.matching.keys import Described
from cases.models import Flag, Person, Prompt
from tests import factories
from tests.access import world
from tests.access.test_hidden import clients_of, hide, plain


@pytest.fixture
def built(db: None, held_clock: object, caplog: pytest.LogCaptureFixture) -> world.World:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return world.build()


@pytest.fixture
def owner(db: None) -> User:
    return factories.user(Role.SUPERVISOR, Role.LEAD_WORKER, name="The owner")


def ticked_with(child: Person) -> Prompt:
    """A grave word about Elsie, ticked in a contact with her and another child."""
    contact = cases.commands.record_contact(
        Told(
            source="records system",
            source_ref="NBP-77",
            occurred_at=clock.now(),
            contact_type="Child concern",
            narrative="Both were at the bus station",
            area=factories.area("NBC1"),
            children=[
                ChildSeen(Described(child.surname, child.forenames), person=child),
                ChildSeen(
                    Described("Marlowe", "Elsie"),
                    words=[("sexual harm", factories.indicator("EXP01"))],
                ),
            ],
        ),
        by=accounts.commands.system(),
    )
    return contact.prompts.get()


def test_a_word_about_the_other_child_of_a_contact_still_waits_without_its_text(
    built: world.World, owner: User
) -> None:
    milo = Person.objects.get(pk=built.ids["milo"])
    prompt, duty = ticked_with(milo), clients_of(built)["duty"]
    page, home = f"/prompts/{prompt.pk}", plain(duty.get("/"))
    assert "Both were at the bus station" in plain(duty.get("/prompts"))
    hide(built, owner, "milo")
    for address in ("/prompts", page):
        shown = plain(duty.get(address))
        assert "Elsie" in shown
        assert "Both were" not in shown
        assert "Milo" not in shown
    assert waiting(plain(duty.get("/"))) == waiting(home)
    decided = duty.post(page, {"decision": "drop", "reason": "Another child of that name"})
    assert decided.status_code == 302
    prompt.refresh_from_db()
    assert prompt.state == "dropped"


def waiting(home: str) -> list[str]:
    found = re.findall(r"\d+ prompts? waits?", home)
    assert found
    return found


def test_a_flag_of_the_other_child_of_a_contact_is_still_answered(
    built: world.World, owner: User
) -> None:
    elsie = factories.child("Elsie", "Marlowe")
    milo = Person.objects.get(pk=built.ids["milo"])
    factories.contact(milo, elsie, by=built.users["author"], safe_now="no")
    flag, duty = Flag.objects.get(person=elsie), clients_of(built)["duty"]
    hide(built, owner, "milo")
    assert "Elsie" in plain(duty.get("/flags"))
    assert "Milo" not in plain(duty.get(f"/flags/{flag.pk}"))
    assert duty.post(f"/flags/{flag.pk}", {"action": "Went there"}).status_code == 302


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_no_figure_changes_as_a_record_is_hidden(
    built: world.World, owner: User, kind: str
) -> None:
    """Counts stay what they were: one that fell would tell of the record, and lose the others'."""
    clients = {name: clients_of(built)[name] for name in ("commander", "commissioner", "analyst")}
    partner = factories.user(Role.COMMISSIONER, agency=built.users["school"].agency)
    clients["partner"] = Client()
    clients["partner"].force_login(partner)
    addresses = ("/", "/dashboard", f"/dashboard/{built.ids['area']}", "/services")
    system = accounts.commands.system()
    insights.commands.take_snapshot(on=clock.today(), by=system)
    before = {(n, a): plain(c.get(a)) for n, c in clients.items() for a in addresses}
    hide(built, owner, kind=kind)
    insights.commands.take_snapshot(on=clock.today(), by=system)
    wrong = [(n, a) for (n, a), page in before.items() if plain(clients[n].get(a)) != page]
    assert not wrong
