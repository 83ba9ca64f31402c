"""The named list alone sees a hidden record, at every function of the scope."""

from uuid import uuid4

import pytest

import cases.commands
import cases.queries
from accounts.models import AgencyKind, Role, User
from audit.denied import NotVisible
from cases.access import grants, scope
from cases.models import Section
from tests import factories
from tests.cases.restrictions.records import opens, restrict

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_every_ground_but_the_list_opens_nothing_and_counts_again_when_it_is_lifted(
    owner: User, governance: User
) -> None:
    council, school = factories.agency(AgencyKind.EARLY_HELP), factories.agency(AgencyKind.SCHOOL)
    hub = factories.team(agency=council, is_hub=True)
    child, sibling = factories.child("Milo"), factories.child("Iris")
    case = factories.case(child, sibling)
    place = factories.place(child, case)
    author, seated, asked = (factories.user(Role.OFFICER) for _ in range(3))
    partner = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    contact = factories.contact(child, by=author)
    cases.commands.seat(place, seated, role="Worker", by=case.lead_worker)
    grants.open_to(hub.group, child, [Section.FULL], ground="hub", grant_ref=uuid4())
    grants.open_to(school.group, place, ["plan"], ground="share", grant_ref=uuid4())
    grants.open_to(asked, child, [Section.FULL], ground="reason", grant_ref=uuid4())
    holders = [author, seated, asked, partner, triage, case.lead_worker]
    assert all(opens(holder, child) for holder in holders)

    made = restrict(child, owner, governance)
    for holder in holders:
        assert not opens(holder, child)
        assert not scope.places_visible_to(holder).filter(person=child).exists()
        assert not scope.people_in_full(holder).filter(pk=child.pk).exists()
        with pytest.raises(NotVisible):
            scope.find_place(holder, place.pk)
        with pytest.raises(NotVisible):
            scope.sight_of(holder, place)
    with pytest.raises(NotVisible):
        cases.queries.contact(contact.pk, viewer=author)
    assert not cases.queries.contacts(viewer=author).exists()
    assert opens(owner, child)
    assert scope.sight(owner, child.pk).grounds == ("named",)
    assert scope.find_place(owner, place.pk) == place
    assert opens(case.lead_worker, sibling)

    cases.commands.lift(made, why="She has left the force", by=governance)
    assert all(opens(holder, child) for holder in holders)
    assert cases.queries.contact(contact.pk, viewer=author) == contact
    assert not opens(owner, child)


def test_a_window_that_ended_meanwhile_does_not_come_back(owner: User, governance: User) -> None:
    child, author = factories.child(), factories.user(Role.OFFICER)
    period = uuid4()
    grants.open_to(author, child, [Section.FULL], ground="reason", grant_ref=period)
    made = restrict(child, owner, governance)
    grants.end(period)
    cases.commands.lift(made, why="Over", by=governance)
    assert not opens(author, child)


@pytest.mark.parametrize("in_hub", [False, True])
def test_somebody_outside_the_lead_agency_on_the_list_sees_the_full_record(
    owner: User, governance: User, in_hub: bool
) -> None:
    """Its readings in the hub alone (design/risk.md, 'For whom')."""
    health = factories.agency(AgencyKind.HEALTH)
    teams = (factories.team(agency=health, is_hub=True),) if in_hub else ()
    nurse = factories.user(Role.PARTNER_PRACTITIONER, agency=health, teams=teams)
    child = factories.child()
    made = restrict(child, owner, governance)
    cases.commands.add_to_list(made, nurse, by=owner)
    sight = scope.sight(nurse, child.pk)
    assert sight.everything
    assert sight.readings is in_hub
    assert not sight.police
    assert scope.sight(owner, child.pk).readings


def test_who_has_no_role_any_more_sees_nothing_though_named(owner: User, governance: User) -> None:
    child = factories.child()
    named = factories.user(Role.OFFICER)
    cases.commands.add_to_list(restrict(child, owner, governance), named, by=governance)
    assert opens(named, child)
    named.roles = [Role.COMMANDER]
    named.save()
    assert not opens(named, child)
