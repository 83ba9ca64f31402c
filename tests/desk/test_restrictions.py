"""The pages of restricted records: restricted by reference, kept by the owner, looked at by few."""

import pytest
from django.test import Client

import accounts.commands
import cases.commands
import clock
from accounts.models import AgencyKind, Role, User
from cases.matching.keys import Described
from cases.models import BreakGlass, Person, PrivateHit, Restriction
from tests import factories
from tests.desk.pages import text_of

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def owner() -> User:
    return factories.user(Role.SUPERVISOR, username="olga", name="Olga Reyes")


@pytest.fixture
def wren() -> Person:
    return factories.child("Wren", "Hollis")


@pytest.fixture
def governance(signed_in: object) -> Client:
    return signed_in(factories.user(Role.INFORMATION_GOVERNANCE, username="gov"))


def typed(child: Person, **more: str) -> dict[str, str]:
    return {
        "person": child.reference,
        "kind": "restricted",
        "why": "Her mother works here",
        "owner": "olga",
        "named": "olga",
        **more,
    }


@pytest.fixture
def restricted(wren: Person, owner: User, governance: Client) -> Restriction:
    assert governance.post("/restrictions/new", typed(wren)).status_code == 302
    return Restriction.objects.get()


def test_a_record_is_restricted_by_its_reference_and_governance_reads_no_name(
    restricted: Restriction, wren: Person, governance: Client
) -> None:
    assert (restricted.person, restricted.kind, restricted.owner.username) == (
        wren,
        "restricted",
        "olga",
    )
    for address in ("/restrictions", f"/restrictions/{restricted.pk}"):
        page = governance.get(address).content.decode()
        assert wren.reference in page
        assert "Wren" not in page
    assert "Who came near" not in governance.get(f"/restrictions/{restricted.pk}").content.decode()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"person": "nobody"}, "Enter a reference such as C-12"),
        ({"person": "C-999999"}, "There is no record with this reference"),
        ({"owner": "nosuch"}, "Nobody signs in under this user name"),
        ({"named": "officer"}, "can&#x27;t be the one reachable at any hour"),
        ({"why": ""}, "Say why this record is for a list alone"),
        ({"why": "x\x00"}, "cannot be kept"),
        ({"kind": ""}, "Choose whether it is restricted or sealed"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_comes_back(
    wren: Person, owner: User, governance: Client, more: dict[str, str], words: str
) -> None:
    factories.user(Role.OFFICER, username="officer")
    answer = governance.post("/restrictions/new", typed(wren, **more))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="olga"' in page
    assert not Restriction.objects.exists()


def test_the_owner_keeps_the_list_and_decides_on_hits(
    restricted: Restriction, owner: User, signed_in: object
) -> None:
    factories.user(Role.OFFICER, username="asha", name="Asha Verma")
    searcher = factories.user(Role.OFFICER, name="Sam Okoro")
    client, address = signed_in(owner), f"/restrictions/{restricted.pk}"
    assert "Wren Hollis" in client.get(f"/children/{restricted.person_id}").content.decode()
    assert client.post(f"{address}/names/new", {"user": "asha"}).status_code == 302
    place = restricted.places.get(user__username="asha")
    assert "Asha Verma" in client.get(address).content.decode()
    assert client.post(f"/named-places/{place.pk}/end").status_code == 302
    assert client.post(f"/named-places/{place.pk}/end").status_code == 404
    last = restricted.places.get(user=owner)
    refused = client.post(f"/named-places/{last.pk}/end")
    assert refused.status_code == 422
    assert "The owner stays on the list" in refused.content.decode()

    signed_in(searcher).post("/search", {"forenames": "Wren", "surname": "Hollis"})
    cases.commands.look_among_hidden(by=owner)
    hit = PrivateHit.objects.get()
    assert "Sam Okoro" in client.get(f"/hits/{hit.pk}").content.decode()
    assert client.post(f"/hits/{hit.pk}", {"outcome": "not the child"}).status_code == 422
    kept = client.post(f"/hits/{hit.pk}", {"outcome": "not the child", "reason": "Another Wren"})
    assert kept.status_code == 302
    assert "Another Wren" in client.get(f"/hits/{hit.pk}").content.decode()


READ_BY_LEAD_AND_HUB = ("What the facts weigh", "harm", "points", "band", "/readings")


def sees_no_reading(client: Client, child: Person) -> None:
    """The whole of the record but what it weighs: what to watch for stands there instead."""
    page = client.get(f"/children/{child.pk}")
    assert page.status_code == 200
    shown = text_of(page)
    assert "In their own words" in shown
    assert f"What to watch for {factories.indicator('SCH01').name}" in shown
    for word in READ_BY_LEAD_AND_HUB:
        assert word not in page.content.decode().split("<main")[1]
    assert client.get(f"/children/{child.pk}/readings").status_code == 404


def test_named_or_through_broken_glass_another_agency_reads_no_points(
    wren: Person, owner: User, governance: Client, signed_in: object
) -> None:
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=factories.agency(AgencyKind.SCHOOL))
    cases.commands.observe(
        wren, factories.indicator("SCH01"), observed_on=clock.today(), source="form", by=teacher
    )
    health = factories.agency(AgencyKind.HEALTH)
    nurse = factories.user(Role.PARTNER_PRACTITIONER, agency=health, username="nina")
    # The emergency duty team stands in for the hub out of its hours; this is within them.
    team = factories.team(agency=health, is_duty_team=True)
    nights = factories.user(Role.PARTNER_PRACTITIONER, agency=health, teams=(team,))
    accounts.commands.post_duty("Nights", step=1, user=nights, by=factories.administrator())
    assert governance.post("/restrictions/new", typed(wren)).status_code == 302
    cases.commands.add_to_list(Restriction.objects.get(), nurse, by=owner)
    sees_no_reading(signed_in(nurse), wren)
    cases.commands.break_glass(
        surname=wren.surname,
        forenames=wren.forenames,
        date_of_birth=wren.date_of_birth,
        reason="At the door with her",
        by=nights,
    )
    sees_no_reading(signed_in(nights), wren)
    hers = signed_in(owner)
    assert "What the facts weigh" in text_of(hers.get(f"/children/{wren.pk}"))
    assert hers.get(f"/children/{wren.pk}/readings").status_code == 200


def test_the_owner_hands_the_record_over_and_keeps_it_no_more(
    restricted: Restriction, owner: User, governance: Client, signed_in: object
) -> None:
    factories.user(Role.SUPERVISOR, username="asha", name="Asha Verma")
    client, address = signed_in(owner), f"/restrictions/{restricted.pk}"
    assert f"{address}/owner" in client.get(address).content.decode()
    assert "Olga Reyes" in client.get(f"{address}/owner").content.decode()
    for typed, words in (("", "new owner’s user name"), ("nosuch", "Nobody signs in under")):
        refused = client.post(f"{address}/owner", {"user": typed})
        assert refused.status_code == 422
        assert words in refused.content.decode()
    answer = client.post(f"{address}/owner", {"user": "asha"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "Asha Verma owns X-" in client.get("/").content.decode()
    assert client.get(address).status_code == 404
    assert client.get(f"/children/{restricted.person_id}").status_code == 200
    asha = signed_in(User.objects.get(username="asha"))
    assert "Who came near this record" in asha.get(address).content.decode()
    # Information governance may do it too, and goes on seeing who keeps which record.
    answer = governance.post(f"{address}/owner", {"user": "olga"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert governance.post(f"{address}/lift", {"why": "Over"}).status_code == 302
    assert governance.post(f"{address}/owner", {"user": "asha"}).status_code == 302
    restricted.refresh_from_db()
    assert restricted.owner == owner


def test_the_owner_says_on_the_page_that_it_is_this_child(
    restricted: Restriction, owner: User, governance: Client, signed_in: object
) -> None:
    officer = factories.user(Role.OFFICER, name="Sam Okoro")
    for source_ref in ("1", "2"):
        cases.commands.record_contact(
            cases.commands.Told(
                source="form",
                source_ref=source_ref,
                occurred_at=clock.now(),
                contact_type="Child concern",
                narrative=f"Alone in the park, {source_ref}",
                children=[cases.commands.ChildSeen(Described("Hollis", "Wren"))],
            ),
            by=officer,
        )
    cases.commands.look_among_hidden(by=owner)
    first, second = PrivateHit.objects.order_by("contact")
    client = signed_in(owner)
    page = client.get(f"/hits/{first.pk}").content.decode()
    assert 'value="linked"' in page
    answer = client.post(f"/hits/{first.pk}", {"outcome": "linked", "reason": "I rang Sam"})
    assert answer.status_code == 302
    shown = client.get(f"/children/{restricted.person_id}").content.decode()
    assert "Alone in the park, 1" in shown
    assert "Alone in the park, 2" not in shown
    assert "It is the child" in client.get(f"/hits/{first.pk}").content.decode()
    assert client.post(f"/hits/{first.pk}", {"why": ""}).status_code == 422
    assert client.post(f"/hits/{first.pk}", {"why": "Another Wren"}).status_code == 302
    page = client.get(f"/hits/{first.pk}").content.decode()
    assert "it was somebody else. Another Wren" in page
    assert "<form method" not in page.split("govuk-summary-list")[-1]
    assert client.post(f"/hits/{first.pk}", {"why": "Again"}).status_code == 200
    governance.post(f"/restrictions/{restricted.pk}/seal", {"why": "Adopted"})
    page = client.get(f"/hits/{second.pk}").content.decode()
    assert 'value="linked"' not in page
    assert "A sealed record is never linked" in page
    refused = client.post(f"/hits/{second.pk}", {"outcome": "linked", "reason": "So"})
    assert refused.status_code == 422
    assert "outcome" in refused.context["form"].errors


def test_governance_seals_and_lifts_with_a_reason(
    restricted: Restriction, governance: Client
) -> None:
    address = f"/restrictions/{restricted.pk}"
    assert governance.post(f"{address}/seal", {"why": " "}).status_code == 422
    assert governance.post(f"{address}/seal", {"why": "Adopted"}).status_code == 302
    assert governance.get(f"{address}/seal").status_code == 302
    assert "Sealed" in governance.get(address).content.decode()
    assert governance.post(f"{address}/lift", {"why": "Moved"}).status_code == 302
    assert governance.post(f"{address}/lift", {"why": "Again"}).status_code == 302
    assert governance.get(f"{address}/names/new").status_code == 302
    page = governance.get(address).content.decode()
    assert "Moved" in page
    assert "Put somebody on the list" not in page


def test_every_try_is_reviewed_and_many_of_them_stand_out(
    restricted: Restriction, governance: Client, signed_in: object
) -> None:
    officer = signed_in(factories.user(Role.OFFICER, name="Sam Okoro"))
    said = {
        "surname": "Hollis",
        "forenames": "Wren",
        "date_of_birth-day": "4",
        "date_of_birth-month": "5",
        "date_of_birth-year": "2013",
        "reason": "She is missing",
    }
    for _ in range(5):
        officer.post("/break-glass", said | {"surname": "Nobody"})
    assert officer.post("/break-glass", said).status_code == 302
    page = governance.get("/break-glass/reviews").content.decode()
    assert "Sam Okoro: 6 tries" in page
    assert restricted.person.reference in page
    hit = BreakGlass.objects.get(person=restricted.person)
    address = f"/break-glass/reviews/{hit.pk}"
    assert "She is missing" in governance.get(address).content.decode()
    assert governance.post(address, {"outcome": "right"}).status_code == 422
    assert governance.post(address, {"outcome": "right", "words": "Found her"}).status_code == 302
    assert "Found her" in governance.get(address).content.decode()
    assert "Wren" not in governance.get(address).content.decode()


def test_who_owns_no_record_is_not_told_that_there_are_any(signed_in: object, owner: User) -> None:
    assert signed_in(owner).get("/restrictions").status_code == 403


def test_another_agencys_governance_has_no_part_in_it(
    restricted: Restriction, signed_in: object
) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    client = signed_in(factories.user(Role.INFORMATION_GOVERNANCE, agency=school))
    of_it = f"/restrictions/{restricted.pk}"
    refused = (
        "/restrictions",
        "/restrictions/new",
        "/break-glass/reviews",
        "/break-glass/reviews/1",
    )
    assert [client.get(path).status_code for path in refused] == [403] * 4
    assert [client.get(f"{of_it}{end}").status_code for end in ("", "/names/new")] == [404] * 2
    assert client.post(f"{of_it}/seal", {"why": "Adopted"}).status_code == 403
    home = client.get("/").content.decode()
    assert not any(path in home for path in ("/restrictions", "/break-glass", "/retention"))
