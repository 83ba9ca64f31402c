"""The list of services over HTTP: who sees it, who keeps it, and that no evidence is overstated."""

import pytest

from accounts.models import Role
from audit.models import Entry, Kind
from interventions.models import Approach, Service
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.interventions.conftest import World, build_world


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def typed(world: World, **changed: object) -> dict[str, object]:
    said = {
        "provider": world.charity.pk,
        "approach": Approach.objects.get(code="sports").pk,
        "name": "Boxing",
        "description": "Twice a week",
        "youngest": "8",
        "oldest": "17",
        "capacity": "",
        "unit_cost": "1,450.50",
    }
    return said | changed


def test_everybody_who_helps_sees_who_offers_what_and_what_is_known_of_it(
    world: World, signed_in: Signed
) -> None:
    world.enrol()
    shown = text_of(signed_in(world.teacher).get("/services"))
    assert "Side by Side Open Door, ages 8 to 17. 1 of 2 places free" in shown
    assert "YEF Toolkit To be checked Likely impact: moderate How sure: moderate" in shown
    assert (
        "To be checked Likely impact: moderate How sure: moderate Cost: moderate From memory"
        in shown
    )
    assert "How sure: not captured here: do not rely on this alone" in shown
    assert "Robin" not in shown
    assert "Add a service" not in shown


def test_help_that_can_do_harm_is_listed_with_a_warning(world: World, signed_in: Signed) -> None:
    harmful = world.offer(
        name="Straight Talk", approach=Approach.objects.get(code="prison_awareness")
    )
    for address in ("/services", f"/services/{harmful.pk}"):
        shown = text_of(signed_in(world.lead_worker).get(address))
        assert "The evidence says that this kind of help can do harm" in shown
        assert "BLOCK" not in shown


def test_a_service_s_page_quotes_every_rating_with_its_source(
    world: World, signed_in: Signed
) -> None:
    page = signed_in(world.commissioner).get(f"/services/{world.service.pk}")
    shown = text_of(page)
    assert "violence 21% lower" in shown
    assert "It says nothing of this service, nor of one child" in shown
    assert "https://youthendowmentfund.org.uk/news/" in page.content.decode()
    assert "Change this service" in shown


def test_an_empty_list_says_what_would_fill_it(world: World, signed_in: Signed) -> None:
    Service.objects.all().delete()
    shown = text_of(signed_in(world.lead_worker).get("/services"))
    assert "No service is listed yet. Commissioners add" in shown


def test_a_commissioner_adds_a_service_of_any_provider(world: World, signed_in: Signed) -> None:
    client = signed_in(world.commissioner)
    answer = client.post("/services/new", typed(world, provider=world.teacher.agency.pk))
    made = Service.objects.get(name="Boxing")
    assert answer["Location"] == f"/services/{made.pk}"
    assert (made.provider, made.capacity, str(made.unit_cost)) == (
        world.teacher.agency,
        None,
        "1450.50",
    )
    shown = text_of(client.get(answer["Location"]))
    assert "£1,450.50" in shown
    assert "No limit of places" in shown


def test_a_manager_adds_those_of_their_own_agency_alone(world: World, signed_in: Signed) -> None:
    client = signed_in(world.manager)
    form = client.get("/services/new").context["form"]
    assert [words for _, words in form.fields["provider"].choices] == ["Open Door"]
    answer = client.post("/services/new", typed(world, provider=world.teacher.agency.pk))
    assert answer.status_code == 422
    assert client.post("/services/new", typed(world)).status_code == 302
    theirs = world.offer(name="Homework", provider=world.teacher.agency)
    assert client.get(f"/services/{theirs.pk}/change").status_code == 403


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": ""}, "Enter the name of the service"),
        ({"name": "Side by Side"}, "Open Door has a service of this name: choose another."),
        ({"youngest": "eight"}, "Youngest age must be a number, like 12"),
        ({"youngest": "8.5"}, "Youngest age must be a number, like 12"),
        ({"oldest": "7"}, "The oldest age must be between the youngest and 25."),
        ({"oldest": "99"}, "Oldest age must be between 0 and 25"),
        ({"capacity": "0"}, "Places at one time must be between 1 and 9,999"),
        ({"unit_cost": "NaN"}, "must be a number, like 12.5"),
        ({"approach": "0"}, "Choose one of the answers listed"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    world: World, signed_in: Signed, said: dict[str, object], words: str
) -> None:
    answer = signed_in(world.commissioner).post("/services/new", typed(world, **said))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Twice a week" in answer.content.decode()


def test_a_place_system_or_group_tactic_cannot_be_chosen(world: World, signed_in: Signed) -> None:
    hot_spots = Approach.objects.get(code="hot_spots")
    client = signed_in(world.commissioner)
    assert "Hot spots" not in client.get("/services/new").content.decode()
    assert client.post("/services/new", typed(world, approach=hot_spots.pk)).status_code == 422


def test_a_service_is_changed_and_closed_to_new_children(world: World, signed_in: Signed) -> None:
    client = signed_in(world.manager)
    address = f"/services/{world.service.pk}/change"
    assert 'value="Side by Side"' in client.get(address).content.decode()
    said = typed(world, name="Side by Side", capacity="3", takes_children="no")
    assert client.post(address, said).status_code == 302
    world.service.refresh_from_db()
    assert (world.service.capacity, world.service.closed_at is None) == (3, False)
    shown = text_of(client.get("/services"))
    assert "These take no new children Side by Side, Open Door, since 24 November 2026" in shown
    assert client.post(address, said | {"takes_children": ""}).status_code == 422


def test_a_service_that_is_not_there_is_404(world: World, signed_in: Signed) -> None:
    for address in ("/services/999999", "/services/999999/change"):
        assert signed_in(world.commissioner).get(address).status_code == 404


def test_who_has_no_use_for_it_has_no_link_to_it(world: World, signed_in: Signed) -> None:
    administrator = factories.user(Role.ADMINISTRATOR)
    client = signed_in(administrator)
    assert 'href="/services"' not in client.get("/pages").content.decode()
    assert client.get("/services").status_code == 403
    assert Entry.objects.filter(user_id=administrator.pk, kind=Kind.DENIED).count() == 1
    assert 'href="/services"' in signed_in(world.teacher).get("/pages").content.decode()
