"""A decision not to share on the pages of a notice and of a seat, and what cannot wait for it."""

import pytest
from django.http import HttpResponse

from accounts.models import User
from cases.models import Contact, TeamPlace
from partners.models import Notice
from tests.desk.pages import Signed, text_of
from tests.desk.test_notices import asked
from tests.partners.conftest import World, build_world
from tests.partners.notices.sending import abuse
from tests.partners.test_decided import WHY, decide

TICK = "It cannot wait"
NO = "or say below that it cannot wait."


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def contact(world: World) -> Contact:
    return abuse(world, world.child, world.sibling)


def post(
    signed_in: Signed, contact: Contact, user: User, world: World, **changed: object
) -> HttpResponse:
    return signed_in(user).post(f"/contacts/{contact.pk}/notices/new", asked(world, **changed))


def test_the_way_round_stands_only_where_it_was_decided(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    decide(world)
    page = signed_in(world.lead_worker).get(f"/contacts/{contact.pk}/notices/new")
    assert TICK not in text_of(page)
    of_the_other = post(
        signed_in,
        contact,
        world.lead_worker,
        world,
        child=world.sibling.pk,
        content="Sam was upstairs",
        preview="yes",
    )
    assert of_the_other.status_code == 200
    refused = post(signed_in, contact, world.lead_worker, world, preview="yes")
    assert refused.status_code == 422
    said = refused.context["form"].errors
    assert said == {"agency": [f"{WHY} {world.school}: review that first, {NO}"]}
    assert TICK in text_of(refused)
    assert not Notice.objects.exists()


def test_ticked_it_is_seen_once_more_and_goes(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    decide(world)
    ticked = {"despite_decision": "on"}
    preview = post(signed_in, contact, world.lead_worker, world, preview="yes", **ticked)
    assert preview.status_code == 200
    assert 'name="despite_decision" value="on"' in preview.content.decode()
    assert post(signed_in, contact, world.lead_worker, world, **ticked).status_code == 302
    sent = Notice.objects.get()
    assert sent.despite_decision
    address = f"/notices/{sent.pk}"
    assert "could not wait" in text_of(signed_in(world.lead_worker).get(address))
    theirs = text_of(signed_in(world.teacher).get(address))
    assert "could not wait" not in theirs
    assert "decided" not in theirs


def test_nobody_is_seated_from_whom_it_was_decided_not_to_tell(
    world: World, signed_in: Signed
) -> None:
    decide(world)
    said = {"user": world.teacher.pk, "role": "form tutor"}
    refused = signed_in(world.lead_worker).post(f"/places/{world.place.pk}/seats/new", said)
    assert refused.status_code == 422
    assert refused.context["form"].errors["user"][0].startswith(WHY)
    assert not TeamPlace.objects.filter(user=world.teacher).exists()
