"""Who restricts, seals, lifts and keeps the list, and what is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

import cases.commands
import clock
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.commands import Named
from cases.models import PersonUserPermission, Restriction, RestrictionKind
from tests import factories
from tests.cases.restrictions.records import opens, restrict

pytestmark = pytest.mark.usefixtures("db", "held_clock")


def test_only_information_governance_restricts_and_only_they_and_the_owner_keep_the_list(
    owner: User, governance: User
) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    for other in (owner, officer):
        with pytest.raises(NotAllowed):
            restrict(child, owner, other)
    made = restrict(child, owner, governance)
    with pytest.raises(NotVisible):
        cases.commands.add_to_list(made, officer, by=officer)
    for command in (cases.commands.seal, cases.commands.lift):
        with pytest.raises(NotAllowed):
            command(made, why="Over", by=owner)
    cases.commands.add_to_list(made, officer, by=owner)
    cases.commands.add_to_list(made, officer, by=governance)
    assert made.places.filter(user=officer).count() == 1


def test_what_is_missing_or_unfit_is_said_at_its_field(owner: User, governance: User) -> None:
    child = factories.child()
    school = factories.agency(AgencyKind.SCHOOL)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    officer, commander = factories.user(Role.OFFICER), factories.user(Role.COMMANDER)

    def refused(**said: object) -> set[str]:
        asked = {"owner": owner, "why": "Staff", "named": [Named(owner, True)]} | said
        with pytest.raises(ValidationError) as error:
            cases.commands.restrict(child, by=governance, **asked)
        return set(error.value.error_dict)

    assert refused(why="  ") == {"why"}
    assert refused(owner=teacher) == {"owner"}
    assert refused(owner=commander, named=[Named(owner, True)]) == {"owner", "named"}
    assert refused(named=[Named(owner)]) == {"named"}
    assert refused(named=[Named(officer, True)]) == {"named"}
    assert refused(named=[Named(teacher, True)]) == {"named"}
    assert not Restriction.objects.exists()


def test_a_record_is_restricted_once(owner: User, governance: User) -> None:
    child = factories.child()
    made = restrict(child, owner, governance)
    assert restrict(child, owner, governance) == made
    with pytest.raises(ValidationError, match="restricted already"):
        restrict(child, factories.user(Role.SUPERVISOR), governance)
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.create(
            person=child,
            kind=RestrictionKind.SEALED,
            owner=owner,
            why="Twice",
            starts_at=clock.now(),
            made_by=governance,
        )


def test_the_list_never_loses_its_owner_nor_the_last_who_is_reachable(
    owner: User, governance: User
) -> None:
    second = factories.user(Role.SUPERVISOR)
    made = restrict(
        factories.child(), owner, governance, named=(Named(second, reachable_at_any_hour=True),)
    )
    own, last = made.places.get(user=owner), made.places.get(user=second)
    with pytest.raises(ValidationError, match="owner stays"):
        cases.commands.take_off_list(own, by=owner)
    with pytest.raises(ValidationError, match="reachable at any hour"):
        cases.commands.take_off_list(last, by=owner)
    cases.commands.add_to_list(made, owner, reachable_at_any_hour=True, by=owner)
    ended = cases.commands.take_off_list(last, by=owner)
    assert ended.until == clock.now()
    assert cases.commands.take_off_list(last, by=owner).until == ended.until
    assert not opens(second, made.person)


def test_lifted_twice_or_changed_after_that_is_said(owner: User, governance: User) -> None:
    made = restrict(factories.child(), owner, governance)
    cases.commands.lift(made, why="Over", by=governance)
    for late in (
        lambda: cases.commands.lift(made, why="Over", by=governance),
        lambda: cases.commands.seal(made, why="Adopted", by=governance),
        lambda: cases.commands.add_to_list(made, owner, by=governance),
    ):
        with pytest.raises(ValidationError, match="lifted already"):
            late()
    assert restrict(made.person, owner, governance) != made


def test_every_step_is_in_the_record_and_told_to_the_owner_without_a_name(
    owner: User, governance: User
) -> None:
    child = factories.child("Wren", "Hollis")
    made = restrict(child, owner, governance)
    cases.commands.add_to_list(made, factories.user(Role.OFFICER), by=governance)
    cases.commands.seal(made, why="Adopted", by=governance)
    cases.commands.lift(made, why="Over", by=governance)
    verbs = Entry.objects.filter(persons__contains=[child.pk]).values_list("verb", flat=True)
    assert {"restrict record", "add to list", "seal record", "lift restriction"} <= set(verbs)
    told = list(Notification.objects.filter(user=owner).values_list("text", flat=True))
    assert len(told) == 4
    assert not any("Wren" in text or child.reference in text for text in told)


def test_the_rows_of_the_list_are_as_the_list_is(owner: User, governance: User) -> None:
    made = restrict(factories.child(), owner, governance)
    officer = factories.user(Role.OFFICER)
    place = cases.commands.add_to_list(made, officer, by=owner)
    rows = PersonUserPermission.objects.filter(ground="named", until=None)
    assert set(rows.values_list("user", flat=True)) == {owner.pk, officer.pk}
    cases.commands.take_off_list(place, by=owner)
    assert set(rows.values_list("user", flat=True)) == {owner.pk}
    cases.commands.lift(made, why="Over", by=governance)
    assert not rows.exists()
