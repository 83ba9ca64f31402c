"""With the portal's own filters taken out, the database still shows a partner nothing that isn't theirs.

The world is that of test_matrix.py: Milo's place is shared with the school (summary and plan), Iris is
his sister in the same case, Kit is referred and under a flag; the charity has nothing but its service.
"""

import logging
from importlib import import_module

import pytest
from django.db.models import Model, Q
from django.test import Client

import asking
import clock
import partners.commands
from accounts.models import Role, User
from cases.access import scope
from cases.models import (
    CaseChild,
    ChronologyEvent,
    Contact,
    ContactChild,
    CourtOrders,
    EventDetail,
    Flag,
    Handling,
    Person,
    SafeToTell,
)
from partners.models import PartnerText, Share
from tests import factories
from tests.access import world
from tests.access.test_matrix import ROWS, TOKEN
from tests.architecture.test_lock import children_s_tables, ours


@pytest.fixture
def built(the_world: world.World) -> world.World:
    return the_world


def rows(model: type[Model], user: User) -> list[Model]:
    with asking.viewer(user.pk):
        return list(model._default_manager.all())


@pytest.mark.parametrize("name", ["charity", "commissioner"])
def test_whom_nothing_was_told_the_database_shows_nothing(built: world.World, name: str) -> None:
    shown = {
        model._meta.db_table: len(found)
        for model in ours()
        if model._meta.db_table in children_s_tables() and (found := rows(model, built.users[name]))
    }
    assert shown == {}


def test_whom_one_child_was_told_of_the_database_shows_that_child_alone(built: world.World) -> None:
    school = built.users["school"]
    milo = built.ids["milo"]
    shown = {
        model._meta.db_table: found
        for model in ours()
        if model._meta.db_table in children_s_tables() and (found := rows(model, school))
    }
    assert {person.pk for person in shown.pop("cases_person")} == {milo}
    assert {place.person_id for place in shown.pop("cases_casechild")} == {milo}
    assert {event.person_id for event in shown.pop("cases_chronologyevent")} == {milo}
    assert {action.place_id for action in shown.pop("cases_action")} == {built.ids["milo's place"]}
    assert {each.pk for each in shown.pop("partners_share")} == {built.ids["share"]}
    assert {each.pk for each in shown.pop("cases_case")} == {built.ids["case"]}
    assert {row.group_id for row in shown.pop("cases_placegrouppermission")} == {
        school.agency.group_id
    }
    # What the agency was told of him, and said and is asked itself.
    for table in ("cases_safetotell", "partners_notice"):
        assert {each.person_id for each in shown.pop(table)} == {milo}
    for table in ("partners_contribution", "partners_informationrequest"):
        assert {each.place_id for each in shown.pop(table)} == {built.ids["milo's place"]}
    # No words as typed, no contact, no reading, no flag, no referral, no sibling, nobody else's share.
    assert shown == {}


def test_the_hub_of_another_agency_is_shown_no_police_only_fact(built: world.World) -> None:
    kit = Person.objects.get(pk=built.ids["kit"])
    contact = factories.contact(
        kit, by=built.users["author"], safe_now="no", handling=Handling.POLICE_ONLY
    )

    def seen(user: User) -> list[bool]:
        with asking.viewer(user.pk):
            return [
                Contact.objects.filter(pk=contact.pk).exists(),
                ContactChild.objects.filter(contact=contact.pk).exists(),
                ChronologyEvent.objects.filter(person=kit.pk, police_only=True).exists(),
                EventDetail.objects.filter(event__contact=contact.pk).exists(),
                Flag.objects.filter(police_only=True).exists(),
            ]

    assert seen(built.users["officer"]) == [True] * 5
    assert seen(built.users["hub"]) == [False] * 5


def test_what_a_share_says_is_its_receivers_while_it_is_open_and_no_longer(
    built: world.World,
) -> None:
    school, share = built.users["school"], Share.objects.get(pk=built.ids["share"])
    PartnerText.objects.create(
        event=ChronologyEvent.objects.filter(person=share.person_id).first(),
        share=share,
        text="Words",
        by=share.decided_by,
        at=clock.now(),
    )

    def seen() -> list[int]:
        return [len(rows(Share, school)), len(rows(PartnerText, school))]

    assert seen() == [1, 1]
    signer = factories.user(Role.INFORMATION_GOVERNANCE)
    partners.commands.suspend_agreement(share.agreement, reason="Breach", by=signer)
    assert seen() == [0, 0]
    partners.commands.resume_agreement(share.agreement, reason="Mended", by=signer)
    assert seen() == [1, 1]
    with clock.at(share.closes_at):
        assert seen() == [0, 0]
    partners.commands.end_share(share, reason="Moved", by=built.users["lead"])
    assert seen() == [0, 0]


def test_court_orders_and_what_was_safe_once_are_for_whoever_keeps_them(
    built: world.World,
) -> None:
    milo = Person.objects.get(pk=built.ids["milo"])
    for order in ("Order of May", "Order of June"):
        factories.safe_to_tell(milo, court_orders=order)

    def seen(name: str) -> list[int]:
        counts = []
        with asking.viewer(built.users[name].pk):
            for found in (
                CourtOrders.objects.filter(of__person=milo),
                SafeToTell.objects.filter(person=milo).exclude(replaced_at=None),
                SafeToTell.objects.filter(person=milo, replaced_at=None),
            ):
                counts.append(len(found) > 0)
        return counts

    assert seen("officer") == [True, True, True]
    assert seen("school") == [False, False, True]
    assert seen("charity") == [False, False, False]


@pytest.fixture
def no_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every child is open in full to everybody, as far as the portal's own rules go."""

    def sight(viewer: User, person: Person | int) -> scope.Sight:
        if isinstance(person, int):
            person = Person.objects.get(pk=person)
        sections = frozenset({"full", *scope.PARTNER_SECTIONS})
        return scope.Sight(person, sections, ("hub",), police=True)

    def find_place(viewer: User, place_id: int, *, section: str | None = None) -> CaseChild:
        return CaseChild.objects.select_related("case", "person").get(pk=place_id)

    monkeypatch.setattr(scope, "visible_to", lambda viewer: Person.objects.all())
    monkeypatch.setattr(scope, "people_in_full", lambda viewer: Person.objects.all())
    monkeypatch.setattr(
        scope, "places_visible_to", lambda viewer, *, section=None: CaseChild.objects.all()
    )
    monkeypatch.setattr(scope, "sight", sight)
    monkeypatch.setattr(scope, "sight_of", lambda viewer, place: sight(viewer, place.person))
    monkeypatch.setattr(scope, "find_place", find_place)
    # The folder's noun of the same name stands in front of the module.
    contributions = import_module("partners.queries.contributions")
    monkeypatch.setattr(contributions, "meant_for", lambda viewer: Q())


# Of each child whom the story tells of, words that stand on pages about them alone.
SECRETS = ("Iris", "Kit", "Out late", "Away from home twice", "Not safe now", "Seen in the park")


@pytest.mark.parametrize("name", ["school", "charity", "commissioner", "norole"])
def test_with_the_filters_taken_out_no_page_shows_another_child(
    built: world.World,
    no_filters: None,
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    client = Client(raise_request_exception=False)
    client.force_login(built.users[name])
    told = []
    for method, _, address, _ in ROWS:
        answer = getattr(client, method.lower())(address.format(**built.ids))
        # A random token may hold any three letters.
        page = TOKEN.sub("", answer.content.decode(errors="replace"))
        told += [f"{method} {address}: {word}" for word in SECRETS if word in page]
    assert told == []


def test_the_filters_are_out_indeed(built: world.World, no_filters: None) -> None:
    """Whoever reads widely in the database is shown everything then: the portal's own rules are off."""
    officer = Client()
    officer.force_login(built.users["officer"])
    page = officer.get(f"/children/{built.ids['kit']}")
    assert page.status_code == 200
    assert b"Kit" in page.content
