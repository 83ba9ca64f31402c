"""A contact, a case with a hidden child and others."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Role, User
from cases.access import grants, scope
from tests import factories
from tests.cases.restrictions.records import opens, restrict

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_a_siblings_chronology_keeps_no_word_of_a_contact_with_a_hidden_child(
    owner: User, governance: User
) -> None:
    author = factories.user(Role.OFFICER)
    kit, milo = factories.child("Kit"), factories.child("Milo")
    factories.contact(kit, milo, by=author, narrative="Kit and Milo ran")
    sight = scope.sight(author, milo.pk)
    assert (
        cases.queries.chronology(sight, viewer=author).filter(words__text__contains="Kit").exists()
    )
    restrict(kit, owner, governance)
    assert (
        not cases.queries.chronology(sight, viewer=author)
        .filter(words__text__contains="Kit")
        .exists()
    )


def test_a_case_with_a_hidden_child_is_reviewed_and_closed_for_the_others(
    owner: User, governance: User
) -> None:
    kit, milo = factories.child("Kit"), factories.child("Milo")
    case = factories.case(kit, milo)
    lead, place = case.lead_worker, factories.place(milo, case)
    school = factories.agency(AgencyKind.SCHOOL)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    grants.open_to(
        school.group, factories.place(kit, case), ["plan"], ground="share", grant_ref=uuid4()
    )
    factories.contact(kit, by=factories.user(Role.OFFICER), safe_now="no")
    made = restrict(kit, owner, governance)
    cases.commands.review_case(
        case,
        held_on=clock.today(),
        attended="Mum",
        places=[(place, "Better", "I like it", "")],
        by=lead,
    )
    assert not cases.queries.in_the_way(case, viewer=lead)
    cases.commands.close_case(
        case,
        reason="needs met",
        outcome="Well",
        places=[(place, "all", "School")],
        by=lead,
    )
    cases.commands.lift(made, why="Over", by=governance)
    assert not opens(teacher, kit)


def test_who_is_not_on_the_list_gets_no_seat_and_no_action(owner: User, governance: User) -> None:
    child = factories.child()
    case = factories.case(child)
    place, other = factories.place(child, case), factories.user(Role.OFFICER)
    made = restrict(child, owner, governance)
    cases.commands.add_to_list(made, case.lead_worker, by=governance)
    with pytest.raises(ValidationError, match="named list"):
        cases.commands.seat(place, other, role="Worker", by=case.lead_worker)
    with pytest.raises(ValidationError, match="named list"):
        cases.commands.set_action(
            place, what="Call", owner=other, due_on=clock.today(), by=case.lead_worker
        )
