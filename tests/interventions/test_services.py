"""Services are offered and changed by who may, and never say what does not fit."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

import clock
import interventions.commands
import interventions.queries
from accounts.models import Role
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from interventions.models import Approach, Service
from tests import factories
from tests.interventions.conftest import World
from tests.races import at_once


def change(world: World, service: Service, **changed: object) -> Service:
    said = {
        "name": service.name,
        "description": "Once a week",
        "youngest": 8,
        "oldest": 17,
        "capacity": 2,
        "unit_cost": None,
        "takes_children": True,
        "by": world.commissioner,
    }
    return interventions.commands.change_service(service, **said | changed)


def test_a_service_is_offered_once(world: World) -> None:
    made = world.offer()
    assert world.offer() == made
    assert Entry.objects.filter(verb="offer service", records={"service": made.pk}).count() == 1
    (listed,) = interventions.queries.services(viewer=world.teacher).filter(name="Boxing")
    assert (listed.taken, listed.free_places) == (0, 5)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "Side by Side"}),
        ("youngest", {"youngest": -1}),
        ("oldest", {"youngest": 12, "oldest": 11}),
        ("oldest", {"oldest": 26}),
        ("capacity", {"capacity": 0}),
        ("unit_cost", {"unit_cost": Decimal(-1)}),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    world: World, field: str, said: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as error:
        world.offer(**said)
    assert set(error.value.message_dict) == {field}


@pytest.mark.parametrize("code", ["hot_spots", "trauma_informed", "focused_deterrence"])
def test_a_tactic_for_places_or_groups_is_no_service_for_a_child(world: World, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        world.offer(approach=Approach.objects.get(code=code))
    assert set(error.value.message_dict) == {"approach"}


def test_a_manager_keeps_their_own_agency_s_services_and_a_commissioner_everybody_s(
    world: World,
) -> None:
    assert world.offer(by=world.manager).provider == world.charity
    with pytest.raises(NotAllowed):
        world.offer(by=world.manager, provider=world.teacher.agency)
    school_manager = factories.user(Role.PARTNER_MANAGER, agency=world.teacher.agency)
    with pytest.raises(NotAllowed):
        change(world, world.service, by=school_manager)
    for nobody in (world.mentor, world.lead_worker, factories.user(Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            world.offer(by=nobody)


def test_closed_it_takes_nobody_new_and_who_is_in_it_goes_on(world: World) -> None:
    course = world.enrol()
    closed = change(world, world.service, takes_children=False)
    assert closed.closed_at == clock.now()
    with pytest.raises(ValidationError) as error:
        world.enrol(place=world.other_place)
    assert set(error.value.message_dict) == {"service"}
    assert world.log(course).enrolment == course
    assert change(world, closed).closed_at is None


def test_its_places_never_fall_below_who_takes_part(world: World) -> None:
    world.enrol()
    world.enrol(place=world.other_place)
    with pytest.raises(ValidationError) as error:
        change(world, world.service, capacity=1)
    assert error.value.message_dict == {
        "capacity": ["2 take part now: enter 2 places or more."],
    }
    world.service.refresh_from_db()
    assert world.service.capacity == 2


def test_who_has_no_use_for_the_list_does_not_see_it(world: World) -> None:
    administrator = factories.user(Role.ADMINISTRATOR)
    assert not interventions.queries.services(viewer=administrator)
    with pytest.raises(NotVisible):
        interventions.queries.service(world.service.pk, viewer=administrator)


def test_two_who_send_the_same_service_at_once_make_one(committed_world: World) -> None:
    world = committed_world
    agency = type(world.charity).objects.filter(pk=world.charity.pk)
    first, second = at_once(agency, world.offer, world.offer)
    assert first == second
    assert Service.objects.filter(name="Boxing").count() == 1
