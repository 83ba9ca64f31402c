"""Who is on the team around a child: put on it by whoever runs the case, off it in that second."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Notification, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.access import scope
from cases.models import CaseChild, Section, TeamPlace
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import World, build_world
from tests.races import at_once


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def committed_world(committing: None, held_clock: object) -> World:
    return build_world()


def give(world: World, user: User | None = None, **changed: object) -> TeamPlace:
    said = {"role": "form tutor", "by": world.lead_worker} | changed
    return cases.commands.give_seat(world.place, user or world.teacher, **said)


def sees(user: User, place: CaseChild) -> bool:
    return scope.places_visible_to(user, section=Section.PLAN).filter(pk=place.pk).exists()


def test_a_teacher_reads_and_writes_the_plan_while_they_are_on_the_team(world: World) -> None:
    held = give(world)
    assert give(world) == held
    assert sees(world.teacher, world.place)
    assert not sees(world.teacher, factories.place(world.sibling, world.case))
    cases.commands.set_action(
        world.place, what="Ring", owner=world.teacher, due_on=date(2026, 12, 1), by=world.teacher
    )
    called = Notification.objects.filter(user=world.teacher, text__startswith="You are on the team")
    assert called.count() == 1
    ended = cases.commands.end_seat(held, by=world.lead_worker)
    assert cases.commands.end_seat(held, by=world.lead_worker).until == ended.until
    # What they were given to do is theirs still; the rest of the table is not.
    assert not world.place.team_places.filter(user=world.teacher, until=None).exists()
    assert {entry.verb for entry in Entry.objects.filter(verb__contains="seat")} >= {
        "seat on team",
        "end seat",
    }


def test_off_the_team_nothing_more_is_seen_in_that_second(world: World) -> None:
    held = give(world)
    cases.commands.end_seat(held, by=world.lead_worker)
    assert not sees(world.teacher, world.place)


def test_whoever_sits_there_may_leave_and_puts_nobody_on_it(world: World) -> None:
    held = give(world)
    with pytest.raises(NotAllowed):
        give(world, world.volunteer, by=world.teacher)
    with pytest.raises(NotAllowed):
        cases.commands.end_seat(
            world.place.team_places.get(user=world.lead_worker), by=world.teacher
        )
    assert cases.commands.end_seat(held, by=world.teacher).until


def test_strangers_find_no_place_and_no_seat(world: World) -> None:
    held = give(world)
    for stranger in (world.volunteer, factories.user(Role.OFFICER)):
        with pytest.raises(NotVisible):
            give(world, by=stranger)
        with pytest.raises(NotVisible):
            cases.queries.seat(held.pk, viewer=stranger)
        with pytest.raises(NotVisible):
            cases.commands.end_seat(held, by=stranger)


def test_what_is_missing_is_said_at_its_field(world: World) -> None:
    gone = factories.user(Role.PARTNER_PRACTITIONER, agency=world.school)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for user, changed, field in (
        (None, {"role": " "}, "role"),
        (gone, {}, "user"),
        (factories.user(Role.ANALYST), {}, "user"),
    ):
        with pytest.raises(ValidationError) as refused:
            give(world, user, **changed)
        assert list(refused.value.message_dict) == [field]
    factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    with pytest.raises(ValidationError) as refused:
        give(world)
    assert list(refused.value.message_dict) == ["safe_to_tell_read", "user"]


def test_nobody_is_given_anything_of_a_child_who_has_left_the_case(
    world: World, signed_in: Signed
) -> None:
    held = give(world)
    CaseChild.objects.filter(pk=world.place.pk).update(left_at=clock.now())
    place = CaseChild.objects.get(pk=world.place.pk)
    step = {"what": "Ring", "owner": world.teacher, "due_on": clock.today()}
    for send, field in (
        (lambda: give(world, world.volunteer), "user"),
        (lambda: cases.commands.set_action(place, **step, by=world.lead_worker), "owner"),
    ):
        with pytest.raises(ValidationError, match="left EI-") as refused:
            send()
        assert list(refused.value.message_dict) == [field]
    page = signed_in(world.lead_worker).get(f"/cases/{world.case.reference}").content.decode()
    assert f"/places/{place.pk}/seats/new" not in page
    assert f"/places/{place.pk}/actions/new" not in page
    # Whoever sits there still may be let go.
    assert cases.commands.end_seat(held, by=world.lead_worker).until


def test_the_lead_worker_keeps_their_seat(world: World) -> None:
    held = world.place.team_places.get(user=world.lead_worker)
    with pytest.raises(ValidationError, match="keeps their seat"):
        cases.commands.end_seat(held, by=world.lead_worker)


def test_twice_at_once_is_one_seat(committed_world: World) -> None:
    held = User.objects.filter(pk=committed_world.teacher.pk)
    at_once(held, lambda: give(committed_world), lambda: give(committed_world))
    assert TeamPlace.objects.filter(user=committed_world.teacher, until=None).count() == 1


def test_on_the_pages(world: World, signed_in: Signed) -> None:
    lead, teacher = signed_in(world.lead_worker), signed_in(world.teacher)
    nurse = factories.user(
        Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.HEALTH), name="Nan Nurse"
    )
    case, address = f"/cases/{world.case.reference}", f"/places/{world.place.pk}/seats/new"
    safe = factories.safe_to_tell(world.child, by=world.lead_worker)
    assert address in lead.get(case).content.decode()
    assert "Nan Nurse" in text_of(lead.get(address))
    typed = {"user": world.teacher.pk, "role": "form tutor"}
    unread = lead.post(address, typed)
    assert (unread.status_code, list(unread.context["form"].errors)) == (422, ["safe_to_tell_read"])
    assert lead.post(address, typed | {"safe_to_tell_read": safe.pk})["Location"] == case
    held = world.place.team_places.get(user=world.teacher)
    end = f"/seats/{held.pk}/end"
    assert end in lead.get(case).content.decode()
    page = teacher.get(case).content.decode()
    assert end in page
    assert address not in page
    assert str(nurse) not in page
    assert "Leave the team?" in text_of(teacher.get(end))
    assert teacher.post(end)["Location"] == "/"
    assert teacher.get(case).status_code == 404
    mine = world.place.team_places.get(user=world.lead_worker)
    refused = lead.post(f"/seats/{mine.pk}/end")
    assert refused.status_code == 422
    assert "keeps their seat" in text_of(refused)
