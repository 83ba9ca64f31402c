"""The pages of what everybody must know of a child: cautions, statuses, safe to tell, birth date."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

import cases.commands
from accounts.models import AgencyKind, Role, User
from audit.models import Entry
from cases.models import Caution, Person, SafeToTell, StatutoryStatus
from tests import factories
from tests.desk.pages import text_of
from tests.partners.conftest import World, build_world

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def lead(world: World, signed_in: SignedIn) -> Client:
    return signed_in(world.lead_worker)


def day(name: str, on: date) -> dict[str, int]:
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


def page(client: Client, world: World, name: str = "") -> str:
    return text_of(client.get(f"/children/{world.child.pk}{name}"))


def test_a_caution_is_noted_shown_ended_and_kept(lead: Client, world: World) -> None:
    sent = {"says": "Dog in the yard"} | day("since", date(2026, 11, 1))
    sent |= day("until", date(2026, 12, 1))
    answer = lead.post(f"/children/{world.child.pk}/cautions/new", sent)
    assert answer["Location"] == f"/children/{world.child.pk}"
    caution = Caution.objects.get()
    assert caution.until == date(2026, 12, 2)
    assert "Dog in the yard" in page(lead, world)
    assert "Is this caution over?" in text_of(lead.get(f"/cautions/{caution.pk}/end"))
    lead.post(f"/cautions/{caution.pk}/end")
    assert "Dog in the yard" not in page(lead, world)
    assert "Dog in the yard" in page(lead, world, "/cautions/new")
    assert "This is over since 24 November 2026" in text_of(lead.get(f"/cautions/{caution.pk}/end"))


def test_a_status_is_recorded_with_whom_to_call(lead: Client, world: World) -> None:
    sent = {
        "kind": "looked after",
        "social_worker": "D. Fell",
        "social_worker_phone": "01632 960 300",
        "source": "Children's services",
    } | day("since", date(2026, 10, 1))
    where = f"/children/{world.child.pk}/statuses/new"
    assert lead.post(where, sent).status_code == 302
    shown = page(lead, world)
    assert "Looked after, since 1 October 2026: social worker D. Fell, 01632 960 300" in shown
    status = StatutoryStatus.objects.get()
    assert "Is this status over?" in text_of(lead.get(f"/statuses/{status.pk}/end"))
    lead.post(f"/statuses/{status.pk}/end")
    assert "Looked after, since" not in page(lead, world)
    assert "Looked after, 1 October 2026 to 24 November 2026" in page(lead, world, "/statuses/new")


@pytest.mark.parametrize(
    ("name", "sent", "field"),
    [
        ("cautions/new", {"says": ""}, "says"),
        ("cautions/new", day("since", date(2026, 11, 25)), "since"),
        ("cautions/new", day("until", date(2026, 11, 23)), "until"),
        ("statuses/new", {"kind": "poor"}, "kind"),
        ("statuses/new", {"source": ""}, "source"),
        ("statuses/new", {"since-day": "", "since-month": "", "since-year": ""}, "since"),
        ("safe-to-tell", {"safe_ways": ""}, "safe_ways"),
        ("safe-to-tell", {"agencies_not_told": "999999"}, "agencies_not_told"),
        ("birth-date", day("born", date(2026, 11, 25)), "born"),
        ("birth-date", day("born", date(1990, 1, 1)), "born"),
        ("birth-date", {"reason": " "}, "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    lead: Client, world: World, name: str, sent: dict[str, object], field: str
) -> None:
    right = {"says": "Dog", "kind": "looked after", "source": "Letter", "safe_ways": "Ring"}
    right |= {"reason": "Certificate"} | day("since", date(2026, 1, 1))
    right |= day("born", date(2013, 1, 1))
    answer = lead.post(f"/children/{world.child.pk}/{name}", right | sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Caution.objects.exists()
    assert not StatutoryStatus.objects.exists()
    assert not SafeToTell.objects.exists()


# --- safe to tell -----------------------------------------------------------------------------


def test_safe_to_tell_stands_above_everything_else_of_the_record(
    lead: Client, world: World
) -> None:
    factories.safe_to_tell(world.child, never="The uncle", by=world.lead_worker)
    shown = page(lead, world)
    assert shown.index("Safe to tell") < shown.index("Cautions") < shown.index("Strengths")
    assert shown.index("The uncle") < shown.index("Cautions")


def test_what_stands_there_is_written_anew(lead: Client, world: World) -> None:
    where = f"/children/{world.child.pk}/safe-to-tell"
    first = {"safe_ways": "Ring the aunt", "court_orders": "No contact", "shown": ""}
    lead.post(where, first | {"agencies_not_told": [world.charity.pk]})
    form = lead.get(where).context["form"]
    assert form.initial["safe_ways"] == "Ring the aunt"
    assert form.initial["agencies_not_told"] == [str(world.charity.pk)]
    kept = SafeToTell.objects.get()
    lead.post(where, {"safe_ways": "Ring at noon", "shown": kept.pk})
    shown = page(lead, world, "/safe-to-tell")
    assert shown.index("Ring at noon") < shown.index("Before") < shown.index("No contact")


def test_what_somebody_else_wrote_meanwhile_is_read_before_it_is_written_over(
    lead: Client, world: World
) -> None:
    where = f"/children/{world.child.pk}/safe-to-tell"
    newer = factories.safe_to_tell(world.child, "Never ring mum", by=world.lead_worker)
    answer = lead.post(where, {"safe_ways": "Ring mum", "shown": ""})
    assert answer.status_code == 422
    shown = text_of(answer)
    assert "Somebody has changed this" in shown
    assert "Never ring mum" in shown
    assert f'name="shown" value="{newer.pk}"' in answer.content.decode()
    again = lead.post(where, {"safe_ways": "Ring mum, not dad", "shown": newer.pk})
    assert again.status_code == 302


def test_whoever_writes_is_told_of_a_share_with_whom_must_not_be_told(
    lead: Client, world: World
) -> None:
    world.share()
    sent = {"safe_ways": "Ring", "shown": "", "agencies_not_told": [world.school.pk]}
    answer = lead.post(f"/children/{world.child.pk}/safe-to-tell", sent, follow=True)
    assert "Northfield Academy sees part of" in text_of(answer)


def test_a_partner_reads_whom_to_tell_and_no_court_order(world: World, signed_in: SignedIn) -> None:
    safe = factories.safe_to_tell(
        world.child, never="The uncle", court_orders="Order of May", by=world.lead_worker
    )
    factories.caution(world.child, by=world.lead_worker)
    factories.status(world.child, by=world.lead_worker)
    world.share(safe_to_tell_read=safe.pk)
    shown = page(signed_in(world.teacher), world)
    assert shown.index("The uncle") < shown.index("Robin is often hungry")
    for unsaid in ("Order of May", "Dog at the address", "Child in need", "D. Fell"):
        assert unsaid not in shown


def test_a_lead_worker_of_another_agency_keeps_status_and_safe_to_tell_of_their_own_case(
    world: World, signed_in: SignedIn
) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    client = signed_in(running := factories.user(Role.LEAD_WORKER, agency=council, teams=(team,)))
    factories.case(world.child, lead_worker=running, team=team)
    shown = page(client, world)
    assert "Record whom it is safe to tell" in shown
    assert "Record a statutory status" in shown
    assert client.get(f"/children/{world.child.pk}/cautions/new").status_code == 403
    where = f"/children/{world.child.pk}/safe-to-tell"
    assert client.post(where, {"safe_ways": "Ring", "shown": ""}).status_code == 302


def test_what_closes_for_the_author_of_a_contact_shows_neither_caution_nor_whom_to_tell(
    world: World, signed_in: SignedIn
) -> None:
    factories.caution(world.child, by=world.lead_worker)
    factories.safe_to_tell(world.child, never="The uncle", by=world.lead_worker)
    council = factories.agency(AgencyKind.EARLY_HELP)
    author = factories.user(Role.LEAD_WORKER, agency=council)
    contact = factories.contact(world.child, by=author)
    shown = text_of(signed_in(author).get(f"/contacts/{contact.pk}/complete"))
    assert "Dog at the address" not in shown
    assert "The uncle" not in shown
    officer = factories.user(Role.OFFICER)
    own = factories.contact(world.child, by=officer)
    shown = text_of(signed_in(officer).get(f"/contacts/{own.pk}/complete"))
    assert (
        shown.index("Dog at the address")
        < shown.index("The uncle")
        < shown.index("tell the family")
    )


# --- birth date -------------------------------------------------------------------------------


def test_a_birth_date_is_corrected_and_the_suspect_is_none_any_more(
    lead: Client, world: World
) -> None:
    contact = factories.contact(world.child, by=world.lead_worker)
    cases.commands.complete_contact(
        contact,
        completions=[
            cases.commands.Completion(
                child=contact.children.get(),
                role="suspect",
                suspect_outcome="Words of advice",
                voice="I ran",
            )
        ],
        handling="share",
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="nothing more",
        by=world.lead_worker,
    )
    assert "Suspect: Words of advice" in text_of(lead.get(f"/contacts/{contact.pk}"))
    sent = {"reason": "Birth certificate", "estimated": "on"} | day("born", date(2018, 5, 4))
    answer = lead.post(f"/children/{world.child.pk}/birth-date", sent, follow=True)
    assert "8, born 4 May 2018 (estimated)" in text_of(answer)
    shown = text_of(lead.get(f"/contacts/{contact.pk}"))
    assert "In this contact At risk" in shown
    assert "Suspect" not in shown
    assert "Words of advice" not in shown
    assert Person.objects.get(pk=world.child.pk).birth_date_estimated
    assert Entry.objects.filter(verb="birth_date").count() == 0
