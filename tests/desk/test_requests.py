"""What agencies ask each other, on the pages; and a contribution that is passed on."""

from datetime import timedelta

import pytest

import clock
from accounts.models import AgencyKind
from partners.models import InformationRequest, PassedOn
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import World, build_world
from tests.partners.test_contributions import OPEN
from tests.partners.test_requests import ask, sit


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def typed(world: World, **changed: object) -> dict[str, object]:
    said = {
        "agency": world.school.pk,
        "what": "How often is he late?",
        "why": "To see whether the breakfast club helps",
        "needed_by-day": "27",
        "needed_by-month": "11",
        "needed_by-year": "2026",
    }
    return said | changed


def test_asked_once_it_stands_on_both_sides_and_is_answered(
    world: World, signed_in: Signed
) -> None:
    world.share()
    lead, teacher = signed_in(world.lead_worker), signed_in(world.teacher)
    address = f"/places/{world.place.pk}/requests/new"
    assert address in lead.get(f"/cases/{world.case.reference}").content.decode()
    for _ in range(2):
        assert lead.post(address, typed(world))["Location"] == "/requests"
    asked = InformationRequest.objects.get()
    page = f"/requests/{asked.pk}"
    assert page in lead.get("/requests").content.decode()
    for listed in ("/", "/requests"):
        shown = teacher.get(listed)
        assert "Asked of us" in text_of(shown)
        assert page in shown.content.decode()
    with clock.at(clock.now() + timedelta(days=4)):
        assert "Late Needed by 27 November 2026" in text_of(teacher.get("/requests"))
    for wrong, field in (
        ({}, "answer"),
        ({"answer": "given"}, "text"),
        ({"answer": "declined", "reason": " "}, "reason"),
        ({"answer": "perhaps"}, "answer"),
    ):
        refused = teacher.post(page, wrong)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    for text in ("Twice", "Again"):
        assert teacher.post(page, {"answer": "given", "text": text})["Location"] == page
    for client in (lead, teacher):
        assert "Twice" in text_of(client.get(page))
    assert "Asked of us" not in text_of(teacher.get("/"))
    assert "Twice" in text_of(lead.get(f"/cases/{world.case.reference}"))


def test_whom_one_may_not_ask_is_refused_with_the_rule(world: World, signed_in: Signed) -> None:
    world.share()
    world.share(agency=world.charity)
    health = factories.agency(AgencyKind.HEALTH)
    address = f"/places/{world.place.pk}/requests/new"
    teacher = signed_in(world.teacher)
    # A school learns neither that the charity is told nor that health is not.
    for agency in (world.charity, health):
        page = teacher.post(address, typed(world, agency=agency.pk))
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["agency"])
        assert "would tell it of the child. Ask the hub" in text_of(page)
        assert str(agency) not in text_of(page)
    page = signed_in(world.lead_worker).post(address, typed(world, agency=health.pk))
    assert list(page.context["form"].errors) == ["agency"]
    assert not InformationRequest.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agency": ""}, "agency"),
        ({"what": " "}, "what"),
        ({"why": ""}, "why"),
        ({"needed_by-day": "23"}, "needed_by"),
        ({"needed_by-year": "20"}, "needed_by"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, signed_in: Signed, changed: dict[str, object], field: str
) -> None:
    world.share()
    client = signed_in(world.lead_worker)
    page = client.post(f"/places/{world.place.pk}/requests/new", typed(world, **changed))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_where_nobody_knows_of_the_child_nobody_is_offered(world: World, signed_in: Signed) -> None:
    page = signed_in(world.lead_worker).get(f"/places/{world.place.pk}/requests/new")
    assert "There is nobody to ask by name now" in text_of(page)


def test_once_closed_to_them_the_asker_reads_so_and_they_read_nothing(
    world: World, signed_in: Signed
) -> None:
    share = world.share()
    asked = ask(world)
    with clock.at(share.until):
        page = signed_in(world.lead_worker).get(f"/requests/{asked.pk}")
        assert "Northfield Academy can no longer open this" in text_of(page)
        assert signed_in(world.teacher).get(f"/requests/{asked.pk}").status_code == 404
        assert "Robin" not in signed_in(world.teacher).get("/requests").content.decode()
    assert signed_in(world.volunteer).get(f"/requests/{asked.pk}").status_code == 404


# --- contributions: their audience, and passing on


def test_an_author_at_the_table_names_agencies_and_swapped_ids_name_none(
    world: World, signed_in: Signed
) -> None:
    world.share()
    address = f"/places/{world.place.pk}/contributions/new"
    teacher = signed_in(world.teacher)
    said = {"text": "Late twice", "voice": ""}
    assert "named" not in teacher.get(address).context["form"].fields
    # Sent all the same, it is not asked: nobody is meant then.
    sent = teacher.post(address, said | {"named": [world.charity.pk]})
    assert list(sent.context["form"].errors) == ["audience"]
    sit(world, world.teacher)
    sit(world, world.volunteer)
    health = factories.agency(AgencyKind.HEALTH)
    sent = teacher.post(address, said | {"named": [health.pk]})
    assert (sent.status_code, list(sent.context["form"].errors)) == (422, ["named"])
    assert teacher.post(address, said | {"named": [world.charity.pk]}).status_code == 302
    page = f"/cases/{world.case.reference}"
    assert "Late twice" in text_of(signed_in(world.volunteer).get(page))
    for address in (page, f"/children/{world.child.pk}"):
        assert "Late twice" not in signed_in(world.lead_worker).get(address).content.decode()


def test_what_is_passed_on_says_on_what_ground(world: World, signed_in: Signed) -> None:
    world.share()
    world.share(agency=world.charity, sections=OPEN)
    added = world.contribute(text="Late twice")
    lead = signed_in(world.lead_worker)
    address = f"/contributions/{added.pk}/pass-on"
    assert address in lead.get(f"/cases/{world.case.reference}").content.decode()
    to = {"agencies": [world.charity.pk]}
    for wrong, field in (
        ({"agreed_by_author": "yes"}, "agencies"),
        (to, "agreed_by_author"),
        (to | {"agreed_by_author": "no"}, "override_reason"),
        ({"agencies": [world.school.pk], "agreed_by_author": "yes"}, "agencies"),
    ):
        refused = lead.post(address, wrong)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    assert not PassedOn.objects.exists()
    said = to | {"agreed_by_author": "no", "override_reason": "They drive him home"}
    assert lead.post(address, said)["Location"] == f"/cases/{world.case.reference}"
    assert "Late twice" in text_of(signed_in(world.volunteer).get(f"/children/{world.child.pk}"))
    assert "There is nobody to pass it on to" in text_of(lead.get(address))
    assert signed_in(world.volunteer).get(address).status_code == 403
    home = text_of(signed_in(world.teacher).get("/"))
    assert "was passed on without your agreement" in home
