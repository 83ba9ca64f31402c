"""Decisions not to share on the pages: beside sharing, for the full record, reviewed in time."""

from datetime import date

import pytest
from django.http import HttpResponse

import clock
from accounts.models import AgencyKind, Role, User
from partners.models import DecisionNotToShare
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import World, build_world
from tests.partners.test_not_sharing import NEXT, decide, with_record


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def typed(world: World, **changed: object) -> dict[str, object]:
    said = {
        "agency": world.charity.pk,
        "considered": "They asked what happened at home",
        "detriment": "His brother volunteers there",
        "review_on-day": "1",
        "review_on-month": "2",
        "review_on-year": "2027",
    }
    return said | changed


def send(signed_in: Signed, world: World, user: User, **changed: object) -> HttpResponse:
    return signed_in(user).post(f"/places/{world.place.pk}/not-shared/new", typed(world, **changed))


def test_it_is_kept_once_and_stands_beside_sharing(world: World, signed_in: Signed) -> None:
    world.share()
    for _ in range(2):
        answer = send(signed_in, world, world.lead_worker)
        kept = DecisionNotToShare.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/not-shared/{kept.pk}")
    assert (kept.person, kept.place, kept.review_on) == (world.child, world.place, NEXT)
    client = signed_in(world.lead_worker)
    for address in (f"/children/{world.child.pk}", f"/cases/{world.case.reference}"):
        shown = text_of(client.get(address))
        assert "Not shared with Open Door" in shown
        assert "Looked at again on 1 February 2027" in shown
        assert "Open Door" not in text_of(signed_in(world.teacher).get(address))
    assert "Open Door" in text_of(signed_in(with_record(world)).get(f"/children/{world.child.pk}"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agency": ""}, "agency"),
        ({"agency": "9" * 30}, "agency"),
        ({"considered": " "}, "considered"),
        ({"detriment": ""}, "detriment"),
        ({"review_on-day": "24", "review_on-month": "11", "review_on-year": "2026"}, "review_on"),
        ({"review_on-year": ""}, "review_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, signed_in: Signed, changed: dict[str, object], field: str
) -> None:
    page = send(signed_in, world, world.lead_worker, **changed)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not DecisionNotToShare.objects.exists()


def test_the_lead_agency_is_not_offered_and_what_is_shared_is_said_at_the_field(
    world: World, signed_in: Signed
) -> None:
    assert send(signed_in, world, world.lead_worker, agency=world.police.pk).status_code == 422
    world.share(agency=world.charity)
    page = send(signed_in, world, world.lead_worker)
    assert list(page.context["form"].errors) == ["agency"]
    assert "end that share first" in text_of(page)


def test_a_share_against_it_is_refused_at_the_field(world: World, signed_in: Signed) -> None:
    decide(world)
    said = {
        "agreement": world.agreement.pk,
        "agency": world.charity.pk,
        "purpose": "Early help",
        "lawful_basis": "public task",
        "necessity": "They help him",
        "is_safeguarding": "no",
        "sections": ["summary"],
        "summary": "Robin is often hungry",
        "until-day": "24",
        "until-month": "5",
        "until-year": "2027",
    }
    page = signed_in(world.lead_worker).post(f"/places/{world.place.pk}/shares/new", said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["agency"])
    assert "review that first" in text_of(page)


def test_due_it_stands_on_my_work_and_is_reviewed(world: World, signed_in: Signed) -> None:
    decision = decide(world)
    client = signed_in(world.lead_worker)
    heading = "Decisions not to share, to look at again"
    assert heading not in text_of(client.get("/"))
    with clock.at(clock.start_of(NEXT)):
        assert heading in text_of(client.get("/"))
        said = {
            "still_not": "still not",
            "reason": "Nothing has changed",
            "next_on-day": "1",
            "next_on-month": "5",
            "next_on-year": "2027",
        }
        address = f"/not-shared/{decision.pk}"
        for wrong, field in (
            ({"next_on-month": "1"}, "next_on"),
            ({"reason": ""}, "reason"),
            ({"still_not": ""}, "still_not"),
        ):
            page = client.post(address, said | wrong)
            assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
        for _ in range(2):
            assert client.post(address, said)["Location"] == address
        assert heading not in text_of(client.get("/"))
        assert "still not. Nothing has changed" in text_of(client.get(address))
    decision.refresh_from_db()
    assert decision.review_on == date(2027, 5, 1)
    assert decision.reviews.count() == 1


def test_to_share_now_leads_to_the_form_of_a_share(world: World, signed_in: Signed) -> None:
    decision = decide(world)
    client = signed_in(world.lead_worker)
    said = {"still_not": "share", "reason": "His brother has left"}
    answer = client.post(f"/not-shared/{decision.pk}", said)
    assert answer["Location"] == f"/places/{world.place.pk}/shares/new"
    page = client.get(f"/not-shared/{decision.pk}")
    assert "No longer decided" in text_of(page)
    assert "<textarea" not in page.content.decode()


def test_the_whole_record_is_decided_on_from_the_childs_page(
    world: World, signed_in: Signed
) -> None:
    boss = with_record(world, Role.SUPERVISOR)
    client = signed_in(boss)
    address = f"/children/{world.child.pk}/not-shared/new"
    assert address in client.get(f"/children/{world.child.pk}").content.decode()
    health = factories.agency(AgencyKind.HEALTH)
    kept = client.post(address, typed(world, agency=health.pk), follow=True)
    assert f"Not shared with {health}" in text_of(kept)
    assert DecisionNotToShare.objects.get().place is None
    said = {"still_not": "share", "reason": "Needed now"}
    answer = client.post(f"/not-shared/{DecisionNotToShare.objects.get().pk}", said)
    assert answer["Location"].startswith("/not-shared/")
    officer = signed_in(with_record(world))
    assert address not in officer.get(f"/children/{world.child.pk}").content.decode()
    assert officer.post(address, typed(world)).status_code == 403
