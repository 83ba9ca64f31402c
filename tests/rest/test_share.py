"""One share over the API: its sections and nothing else, whatever else is open to the agency."""

from typing import Any

import pytest

import accounts.commands
import cases.commands
import clock
import interventions.commands
import partners.commands
import referrals.commands
from accounts.models import Role
from audit.models import Entry, Kind
from cases.commands import Named
from cases.models import ChronologyEvent, SafeToTell
from partners.models import Share
from tests import factories
from tests.partners.conftest import SUMMARY, World, build_world
from tests.partners.test_requests import ask
from tests.rest.api import Machine, machine

ALL = ["summary", "chronology", "watch", "plan", "interventions", "contributions"]
WRITTEN = "Robin was out late with an older person"
EMPTY: dict[str, Any] = {section: "" if section == "summary" else [] for section in ALL}
# What of the answer shows a section, where it has another name.
AT = {"watch": "watch_for"}

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    """With something in each section of Robin's place: nothing of it is police only."""
    world = build_world()
    lee, place = world.lead_worker, world.place
    world.agreement.sections = ALL
    world.agreement.save(update_fields=["sections"])
    officer = factories.user(Role.OFFICER, agency=factories.agency())
    cases.commands.observe(
        world.child,
        factories.indicator("SCH01"),
        observed_on=clock.today(),
        severity=2,
        confidence="confirmed",
        source="form",
        by=officer,
    )
    factories.contact(world.child, by=lee, narrative="Typed: seen with Dana at 9 High Street")
    cases.commands.set_action(
        place, what="Meet at the gate", owner=lee, due_on=clock.today(), by=lee
    )
    interventions.commands.enrol(
        place, service=factories.service(), goal="To talk", starts_on=clock.today(), by=lee
    )
    return world


@pytest.fixture
def school(world: World) -> Machine:
    return machine(world.school)


def told_the_school(world: World) -> None:
    """What Lee wrote in answer to the school is named for it alone."""
    asked = ask(world, agency=world.police, by=world.teacher)
    said = {"answer": "given", "text": "Calmer at home", "by": world.lead_worker}
    partners.commands.answer_request(asked, **said)


def read(client: Machine, share: Share) -> dict[str, Any]:
    answer = client.get(f"/shared/{share.reference}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_it_shows_each_section_and_why_until_when_and_whom_to_call(
    world: World, school: Machine
) -> None:
    share = world.share(sections=ALL)
    line = ChronologyEvent.objects.get(kind="contact")
    partners.commands.write_partner_text(share, line.pk, text=WRITTEN, by=world.lead_worker)
    told_the_school(world)
    said = read(school, share)
    assert (said["child"], said["case"]) == (world.child.reference, world.case.reference)
    assert (said["purpose"], said["lawful_basis"]) == ("Early help", "public task")
    assert (said["agreement"], said["until"]) == (str(world.agreement), "2026-12-24T10:30:00Z")
    assert said["to_call"] == {
        "name": "Lee Leader", "agency": world.police.name, "phone": "01632 960 002",
    }  # fmt: skip
    assert said["sections"] == ALL
    assert said["summary"] == SUMMARY
    assert [each["name"] for each in said["watch_for"]] == [factories.indicator("SCH01").name]
    assert [(each["what"], each["owner"]) for each in said["plan"]] == [
        ("Meet at the gate", "Lee Leader")
    ]
    assert {line["text"] for line in said["chronology"]} == {"", WRITTEN}
    assert {"contact", "observation", "help"} <= {line["kind"] for line in said["chronology"]}
    assert [(each["goal"], each["ended_on"]) for each in said["interventions"]] == [
        ("To talk", None)
    ]
    assert [each["text"] for each in said["contributions"]] == ["Calmer at home"]
    assert said["is_whole"] is True


def test_the_narrative_as_typed_a_point_or_a_band_stands_in_none_of_it(
    world: World, school: Machine
) -> None:
    page = school.get(f"/shared/{world.share(sections=ALL).reference}").content.decode()
    for word in ("Dana", "High Street", "points", "band", "Robin Example"):
        assert word not in page


@pytest.mark.parametrize("section", ALL)
def test_a_section_shows_itself_and_no_other(world: World, school: Machine, section: str) -> None:
    share = world.share(sections=[section])
    if section == "contributions":
        told_the_school(world)
    said = read(school, share)
    shown = {name for name, empty in EMPTY.items() if said[AT.get(name, name)] != empty}
    assert (said["sections"], shown) == ([section], {section})
    if section == "chronology":
        assert "help" not in {line["kind"] for line in said["chronology"]}


def test_whom_it_is_safe_to_tell_is_told_to_whom_it_may_be(world: World, school: Machine) -> None:
    share = world.share()
    assert read(school, share)["safe_to_tell"] is None
    factories.safe_to_tell(world.child, never="The stepfather", court_orders="An order")
    safe = read(school, share)["safe_to_tell"]
    assert safe["version"] == SafeToTell.objects.get(replaced_at=None).pk
    assert (safe["safe_ways"], safe["people_not_told"]) == (
        "Ring the grandmother",
        "The stepfather",
    )
    assert "An order" not in str(safe)
    factories.safe_to_tell(world.child, agencies=(world.school,))
    assert read(school, share)["safe_to_tell"] is None


def test_in_the_hub_too_a_share_shows_its_sections_alone(world: World) -> None:
    council = machine(world.charity)
    hub = factories.team(agency=world.charity, is_hub=True)
    accounts.commands.join_team(council.user, hub, by=factories.administrator())
    share = world.share(agency=world.charity, sections=["chronology"])
    assert council.get(f"/children/{world.child.pk}/readings").status_code == 404
    refer(world)
    assert council.get(f"/children/{world.child.pk}/readings").status_code == 200
    world.share(sections=["summary"])
    world.contribute(audience=["hub"])
    said = read(council, share)
    shown = {name for name, empty in EMPTY.items() if said[AT.get(name, name)] != empty}
    assert (said["sections"], shown) == (["chronology"], {"chronology"})
    assert "help" not in {line["kind"] for line in said["chronology"]}


def refer(world: World) -> None:
    """Robin waits at the hub, and is open to it in full."""
    said = {"reason": "Out late", "wanted": "", "agreed": "yes", "agreed_why_not": ""}
    referrals.commands.make_referral(
        contact=None, children=[world.child], **said, by=world.lead_worker
    )


def test_another_share_with_the_same_agency_adds_nothing(world: World, school: Machine) -> None:
    world.share(sections=ALL)
    share = world.share(place=world.child, sections=["summary"])
    said = read(school, share)
    shown = {name for name, empty in EMPTY.items() if said[AT.get(name, name)] != empty}
    assert (said["sections"], shown) == (["summary"], {"summary"})


def test_before_there_is_a_case_a_contact_is_read_in_the_words_for_the_partner(
    world: World, school: Machine
) -> None:
    contact = factories.contact(world.sibling, by=world.lead_worker, narrative="As typed")
    share = world.share(
        place=world.sibling, contact=contact, sections=["summary"], texts={contact.pk: WRITTEN}
    )
    said = read(school, share)
    assert (said["case"], said["to_call"]["name"]) == (None, "Lee Leader")
    assert said["contact"] == {
        "contact_type": contact.contact_type, "occurred_at": "2026-11-24T09:30:00Z", "text": WRITTEN,
    }  # fmt: skip
    assert said["chronology"] == []


def test_each_read_leaves_one_entry_and_what_has_not_changed_is_304(
    world: World, school: Machine
) -> None:
    share = world.share(sections=["summary", "plan"])
    etag = school.get(f"/shared/{share.reference}")["ETag"]
    again = school.get(f"/shared/{share.reference}", If_None_Match=etag)
    assert (again.status_code, again.content) == (304, b"")
    first, second = Entry.objects.filter(verb="api share")
    for entry in (first, second):
        assert (entry.kind, entry.persons, entry.ground) == (
            Kind.DISCLOSURE, [world.child.pk], "share",
        )  # fmt: skip
        assert (entry.records, entry.sections) == ({"share": share.pk}, ["plan", "summary"])


def over(world: World, share: Share) -> None:
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)


def suspended(world: World, share: Share) -> None:
    partners.commands.suspend_agreement(share.agreement, reason="Breach", by=world.signer)


def restricted(world: World, share: Share) -> None:
    owner = factories.user(Role.SUPERVISOR)
    cases.commands.restrict(
        world.child,
        owner=owner,
        why="Staff",
        named=[Named(owner, reachable_at_any_hour=True)],
        by=world.signer,
    )


@pytest.mark.parametrize("closes", [over, suspended, restricted])
def test_what_is_not_open_now_is_as_if_it_were_not_there(
    world: World, school: Machine, closes: Any
) -> None:
    share = world.share(sections=ALL)
    assert school.get(f"/shared/{share.reference}").status_code == 200
    closes(world, share)
    answer = school.get(f"/shared/{share.reference}")
    nothing = school.get("/shared/S-999999999")
    assert (answer.status_code, answer.content) == (404, nothing.content)
    assert Entry.objects.filter(kind=Kind.DENIED).count() == 2


def test_another_agency_and_a_token_without_the_scope_read_nothing(world: World) -> None:
    share = world.share()
    assert machine(world.charity).get(f"/shared/{share.reference}").status_code == 404
    assert machine().get(f"/shared/{share.reference}").status_code == 404
    narrow = machine(world.school, scopes=("services:read",))
    assert narrow.get(f"/shared/{share.reference}").status_code == 403
