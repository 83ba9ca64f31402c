"""A restricted record gets another owner: on its list, told at once, and the list goes on answering."""

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import cases.queries
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotVisible
from audit.models import Entry
from cases.access import scope
from cases.models import Flag, PrivateHit, Restriction
from cases.tasks import look_among_hidden
from tests import factories
from tests.cases.test_hidden_matching import BORN, hide, search
from tests.races import at_once, in_turn

pytestmark = pytest.mark.usefixtures("held_clock")


@pytest.fixture
def owner(db: None) -> User:
    return factories.user(Role.SUPERVISOR, name="Owner")


@pytest.fixture
def heir(db: None) -> User:
    return factories.user(Role.SUPERVISOR, name="Heir")


@pytest.fixture
def governance(db: None) -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE)


@pytest.fixture
def made(owner: User) -> Restriction:
    return hide(factories.child("Wren", "Hollis", born=BORN, sex="F"), owner)


def lines(user: User) -> list[str]:
    waiting = Notification.objects.filter(user=user, seen_at=None).order_by("pk")
    return list(waiting.values_list("text", flat=True))


@pytest.mark.parametrize("who", ["owner", "governance"])
def test_it_is_handed_over_with_what_waits_for_its_owner(
    made: Restriction, owner: User, heir: User, governance: User, who: str
) -> None:
    search(factories.user(Role.OFFICER))
    look_among_hidden()
    hit = PrivateHit.objects.get()
    by = owner if who == "owner" else governance
    held = cases.commands.hand_over_record(made, heir, by=by)
    made.refresh_from_db()
    assert held.owner == made.owner == heir
    assert {place.user for place in made.places.filter(until=None)} == {owner, heir}
    assert scope.sight(heir, made.person_id).grounds == ("named",)
    assert cases.queries.private_hit(hit.pk, viewer=heir) == hit
    with pytest.raises(NotVisible):
        cases.queries.private_hit(hit.pk, viewer=owner)
    told = {f"You keep the restricted record X-{made.pk}", f"Hit H-{hit.pk} on record X-{made.pk}"}
    assert told <= set(lines(heir))
    assert lines(owner) == [f"X-{made.pk} has another owner: Heir"]
    verbs = Entry.objects.filter(persons__contains=[made.person_id], user_id=by.pk)
    assert {"add to list", "hand over record"} <= set(verbs.values_list("verb", flat=True))
    entries = Entry.objects.filter(verb="hand over record").count()
    if who == "governance":
        cases.commands.hand_over_record(made, heir, by=by)
    assert Entry.objects.filter(verb="hand over record").count() == entries


def test_somebody_must_answer_at_any_hour_when_it_is_done(
    made: Restriction, owner: User, heir: User, governance: User
) -> None:
    """The one who was reachable may have changed roles since: then the new owner must be."""
    owner.roles = [Role.OFFICER]
    owner.save()
    with pytest.raises(ValidationError) as refused:
        cases.commands.hand_over_record(made, heir, by=governance)
    assert set(refused.value.error_dict) == {"reachable_at_any_hour"}
    assert not made.places.filter(user=heir).exists()
    made.refresh_from_db()
    assert made.owner == owner
    cases.commands.hand_over_record(made, heir, reachable_at_any_hour=True, by=governance)
    factories.contact(made.person, by=factories.user(Role.OFFICER), safe_now="no")
    called = [call.user for call in Flag.objects.get(person=made.person).calls.all()]
    assert called == [heir]


def test_who_may_not_own_it_is_refused_at_the_field(
    made: Restriction, owner: User, governance: User
) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    gone = factories.user(Role.SUPERVISOR)
    accounts.commands.leave_agency(gone, by=factories.administrator())
    unfit = (
        factories.user(Role.PARTNER_PRACTITIONER, agency=school),
        factories.user(Role.COMMANDER),
        gone,
    )
    for user in unfit:
        with pytest.raises(ValidationError) as refused:
            cases.commands.hand_over_record(made, user, by=governance)
        assert set(refused.value.error_dict) == {"user"}
    officer = factories.user(Role.OFFICER)
    with pytest.raises(ValidationError) as refused:
        cases.commands.hand_over_record(made, officer, reachable_at_any_hour=True, by=owner)
    assert set(refused.value.error_dict) == {"user"}
    assert [place.user for place in made.places.filter(until=None)] == [owner]


def test_nobody_else_hands_it_over_nor_after_it_is_lifted(
    made: Restriction, owner: User, heir: User, governance: User
) -> None:
    named = factories.user(Role.SUPERVISOR)
    cases.commands.add_to_list(made, named, by=owner)
    for other in (heir, named):
        with pytest.raises(NotVisible):
            cases.commands.hand_over_record(made, heir, by=other)
    cases.commands.lift(made, why="Over", by=governance)
    with pytest.raises(ValidationError, match="lifted already"):
        cases.commands.hand_over_record(made, heir, by=governance)


def test_of_two_at_once_the_owner_hands_it_over_once(committing: None) -> None:
    owner = factories.user(Role.SUPERVISOR)
    made = hide(factories.child(), owner)
    heirs = [factories.user(Role.SUPERVISOR) for _ in range(2)]

    def give(heir: User) -> object:
        try:
            return cases.commands.hand_over_record(made, heir, by=owner).owner
        except NotVisible as refused:
            return refused

    contested = Restriction.objects.filter(pk=made.pk)
    answers = at_once(contested, *(lambda heir=heir: give(heir) for heir in heirs))
    made.refresh_from_db()
    assert sorted(isinstance(each, NotVisible) for each in answers) == [False, True]
    assert made.owner in answers
    assert made.places.filter(until=None).count() == 2


def test_of_a_new_owner_and_their_leaving_at_once_the_record_stays_with_somebody_here(
    committing: None,
) -> None:
    owner, heir = (factories.user(Role.SUPERVISOR) for _ in range(2))
    made, admin = hide(factories.child(), owner), factories.administrator()
    in_turn(
        User.objects.filter(pk=heir.pk),
        lambda: cases.commands.hand_over_record(made, heir, by=owner),
        lambda: accounts.commands.leave_agency(heir, by=admin),
    )
    made.refresh_from_db()
    assert made.owner == owner
    assert [place.user for place in made.places.filter(until=None)] == [owner]
