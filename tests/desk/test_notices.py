"""Writing a notice, seeing it as they will, reading and acknowledging it, recalling it; My work."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

import accounts.commands
import cases.commands
import clock
import partners.commands
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.models import Contact, Handling, PersonUserPermission
from partners.models import Notice
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import World, build_world
from tests.partners.notices.sending import CONTENT, abuse, send

NARRATIVE = "Dad threw a plate at Mum at 1 Sample Street, Sam hid in the wardrobe"


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def contact(world: World) -> Contact:
    return abuse(world, world.child, world.sibling, narrative=NARRATIVE)


def asked(world: World, **changed: object) -> dict[str, object]:
    said = {
        "child": world.child.pk,
        "agency": world.school.pk,
        "kind": "Operation Encompass",
        "content": CONTENT,
        "cautions": ["do not approach"],
        "caution_words": "",
        "purpose": "Keeping the child safe",
        "lawful_basis": "legal obligation",
    }
    return said | changed


def post(
    signed_in: Signed, contact: Contact, user: User, world: World, **changed: object
) -> HttpResponse:
    address = f"/contacts/{contact.pk}/notices/new"
    return signed_in(user).post(address, asked(world, **changed))


# --- writing one


def test_the_form_proposes_when_and_what_and_never_the_text_as_typed(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    page = signed_in(world.lead_worker).get(f"/contacts/{contact.pk}/notices/new")
    form = page.context["form"]
    assert form.initial["content"] == "Domestic abuse - child present, 24 November 2026 at 09:30.\n"
    assert form.initial["kind"] == "Operation Encompass"
    assert form.initial["lawful_basis"] == "legal obligation"
    shown = text_of(page)
    for hidden in ("plate", "Sample Street", "wardrobe"):
        assert hidden not in shown
    # Where each fact comes from.
    assert "Found: guidance ‘Information sharing duty: Operation Encompass’" in shown
    assert "Term dates are not known here" in shown
    assert shown.count("Default by judgement") == 3


def test_who_may_be_told_stands_first(world: World, contact: Contact, signed_in: Signed) -> None:
    factories.safe_to_tell(world.child, "Mum, never by letter")
    page = signed_in(world.lead_worker).get(f"/contacts/{contact.pk}/notices/new")
    assert next(iter(page.context["form"].fields)) == "safe_to_tell_read"
    shown = text_of(page)
    assert shown.index("never by letter") < shown.index("I have read who may be told")
    answer = post(signed_in, contact, world.lead_worker, world)
    assert list(answer.context["form"].errors) == ["safe_to_tell_read"]
    assert not Notice.objects.exists()


def test_it_is_seen_as_they_will_before_it_is_sent(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    page = post(signed_in, contact, world.lead_worker, world, preview="yes")
    assert page.status_code == 200
    assert not Notice.objects.exists()
    shown = text_of(page)
    assert "As Northfield Academy will see it" in shown
    assert "by 25 November 2026 at 08:30" in shown
    for hidden in ("plate", "Sample Street", "wardrobe", "Sam"):
        assert hidden not in shown
    typed: dict[str, list[str]] = {}
    for name, value in page.context["typed"]:
        typed.setdefault(name, []).append(value)
    answer = signed_in(world.lead_worker).post(f"/contacts/{contact.pk}/notices/new", typed)
    assert (answer.status_code, answer["Location"]) == (302, f"/contacts/{contact.pk}")
    notice = Notice.objects.get()
    assert (notice.content, notice.cautions) == (CONTENT, ["do not approach"])
    assert notice.person == world.child
    theirs = text_of(signed_in(world.teacher).get(f"/notices/{notice.pk}"))
    # What stood in the preview's panel is what they read.
    for words in (CONTENT, "Do not approach the person", "4 May 2013", "Lee Leader"):
        assert words in shown
        assert words in theirs


def test_changing_something_goes_back_to_what_was_typed(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    page = post(signed_in, contact, world.lead_worker, world, change="yes")
    assert CONTENT in text_of(page)
    assert "There is a problem" not in text_of(page)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("preview", [{}, {"preview": "yes"}])
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"child": ""}, "child"),
        ({"child": "9" * 30}, "child"),
        ({"agency": ""}, "agency"),
        ({"agency": "9" * 30}, "agency"),
        ({"kind": "rumour"}, "kind"),
        ({"kind": "police notification to health"}, "agency"),
        ({"content": " "}, "content"),
        ({"content": "x" * 2001}, "content"),
        ({"content": "Sam hid"}, "content"),
        ({"content": f"He wrote: {NARRATIVE}"}, "content"),
        ({"content": "At nb1 1AA"}, "content"),
        ({"content": "\x00"}, "content"),
        ({"cautions": ["shout"]}, "cautions"),
        ({"caution_words": "x" * 301}, "caution_words"),
        ({"purpose": ""}, "purpose"),
        ({"lawful_basis": "curiosity"}, "lawful_basis"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World,
    contact: Contact,
    signed_in: Signed,
    changed: dict[str, object],
    field: str,
    preview: dict[str, str],
) -> None:
    page = post(signed_in, contact, world.lead_worker, world, **changed | preview)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not Notice.objects.exists()


def test_another_child_s_id_or_the_lead_agency_s_reaches_nothing(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    noor = factories.child("Noor")
    for changed in ({"child": noor.pk}, {"agency": world.police.pk}):
        page = post(signed_in, contact, world.lead_worker, world, **changed)
        assert list(page.context["form"].errors) == list(changed)
        assert "Noor" not in text_of(page)


def test_one_child_of_two_may_be_all_that_is_theirs(world: World, signed_in: Signed) -> None:
    """Whose record is closed to the sender is not offered, nor taken."""
    noor = factories.child("Noor")
    officer = factories.user(Role.OFFICER)
    contact = factories.contact(noor, by=officer)
    contact.children.create(person=world.child)
    page = signed_in(officer).get(f"/contacts/{contact.pk}/notices/new")
    assert "child" not in page.context["form"].fields
    assert "Robin" not in text_of(page)
    post(signed_in, contact, officer, world, content="Noor was there", kind="other")
    assert Notice.objects.get().person == noor


def test_late_says_why(world: World, signed_in: Signed) -> None:
    contact = abuse(world, ago=timedelta(days=2))
    page = post(signed_in, contact, world.lead_worker, world)
    assert page.context["form"].errors == {
        "late_why": ["Say why it is late: it was due before 23 November 2026 at 08:30."]
    }
    assert post(
        signed_in, contact, world.lead_worker, world, late_why="Shift had ended"
    ).status_code == 302  # fmt: skip
    theirs = text_of(signed_in(world.teacher).get(f"/notices/{Notice.objects.get().pk}"))
    assert "Shift had ended" in theirs


def test_nobody_is_asked_why_it_is_late_before_it_is(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    page = signed_in(world.lead_worker).get(f"/contacts/{contact.pk}/notices/new")
    assert "late_why" not in page.context["form"].fields


def test_sent_again_the_first_stands_and_the_sender_is_told(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    same = [post(signed_in, contact, world.lead_worker, world) for _ in range(2)]
    assert [answer.status_code for answer in same] == [302, 302]
    other = post(signed_in, contact, world.lead_worker, world, content="Something new")
    shown = text_of(other.client.get(other["Location"]))
    assert "what you wrote now was not sent" in shown
    assert Notice.objects.get().content == CONTENT


def test_a_police_only_contact_is_refused_at_its_field(world: World, signed_in: Signed) -> None:
    secret = abuse(world, handling=Handling.POLICE_ONLY)
    client = signed_in(world.lead_worker)
    page = client.post(f"/children/{world.child.pk}/notices/new", asked(world, contact=secret.pk))
    assert page.context["form"].errors == {
        "contact": [
            "Choose another contact: a contact marked police only never crosses to a partner."
        ]
    }
    page = post(signed_in, secret, world.lead_worker, world)
    assert page.status_code == 422
    assert "a contact marked police only never crosses" in text_of(page)
    assert not Notice.objects.exists()
    assert "Send a notice" not in text_of(client.get(f"/contacts/{secret.pk}"))


def test_without_a_contact_one_says_when(world: World, signed_in: Signed) -> None:
    client = signed_in(world.lead_worker)
    address = f"/children/{world.child.pk}/notices/new"
    page = client.post(address, asked(world, contact="something else"))
    assert list(page.context["form"].errors) == ["happened_at"]
    when = {
        "happened_at-day": "24",
        "happened_at-month": "11",
        "happened_at-year": "2026",
        "happened_at-time": "9:15",
    }
    shown = client.post(address, asked(world, contact="something else", preview="yes", **when))
    assert "24 November 2026 at 09:15" in text_of(shown)
    sent = client.post(address, asked(world, contact="something else", **when))
    assert sent["Location"] == f"/children/{world.child.pk}"
    assert Notice.objects.get().contact is None


def test_a_contact_of_another_child_cannot_be_put_in(world: World, signed_in: Signed) -> None:
    elsewhere = factories.contact(factories.child("Noor"), by=world.lead_worker)
    page = signed_in(world.lead_worker).post(
        f"/children/{world.child.pk}/notices/new", asked(world, contact=elsewhere.pk)
    )
    assert list(page.context["form"].errors) == ["contact"]


# --- where it is offered and shown


def test_the_contact_asks_for_the_school_s_notice_until_it_is_sent(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    client = signed_in(world.lead_worker)
    shown = text_of(client.get(f"/contacts/{contact.pk}"))
    assert "No school has been told of Robin Example, Sam Example. Operation Encompass" in shown
    assert "Send a notice to the school" in shown
    notice = send(world, contact=contact)
    shown = text_of(client.get(f"/contacts/{contact.pk}"))
    assert "No school has been told of Sam Example. Operation Encompass" in shown
    assert f"{notice.reference}: Operation Encompass" in shown
    assert "Not read yet" in shown


def test_the_child_s_page_says_who_was_told_and_what_became_of_it(
    world: World, contact: Contact, signed_in: Signed
) -> None:
    notice = send(world, contact=contact)
    partners.commands.acknowledge_notice(notice, seen_to_by="Tess Teacher", by=world.teacher)
    shown = text_of(signed_in(world.lead_worker).get(f"/children/{world.child.pk}"))
    assert "Acknowledged Tess Teacher sees to it" in shown
    # Its notice is not another child's.
    assert "Tess Teacher" not in text_of(
        signed_in(world.lead_worker).get(f"/children/{world.sibling.pk}")
    )


def test_a_share_shows_no_notice_to_another_agency(world: World, signed_in: Signed) -> None:
    world.share(sections=["summary", "chronology"])
    world.share(agency=world.charity, sections=["summary", "chronology"])
    health = factories.agency(AgencyKind.HEALTH, name="Town Health")
    send(world, kind="police notification to health", agency=health)
    for user in (world.teacher, world.volunteer):
        shown = text_of(signed_in(user).get(f"/children/{world.child.pk}"))
        assert "Town Health" not in shown
        assert "Notice" not in shown


# --- reading and acknowledging


def test_the_receiver_reads_it_once_and_each_look_is_recorded(
    world: World, signed_in: Signed
) -> None:
    notice = send(world)
    client = signed_in(world.teacher)
    for _ in range(2):
        assert client.get(f"/notices/{notice.pk}").status_code == 200
    looks = Entry.objects.filter(user_id=world.teacher.pk, kind=Kind.CONSULTATION, verb="notice")
    assert [(e.ground, e.persons) for e in looks] == [("notice", [world.child.pk])] * 2
    assert Entry.objects.filter(verb="read notice").count() == 1


def test_its_sender_s_look_is_no_reading(world: World, signed_in: Signed) -> None:
    notice = send(world)
    shown = text_of(signed_in(world.lead_worker).get(f"/notices/{notice.pk}"))
    assert "Not read yet" in shown
    assert Notice.objects.get().read_at is None


def test_a_sender_whose_ground_has_ended_still_sees_and_recalls_what_they_sent(
    world: World, signed_in: Signed
) -> None:
    notice = send(world)
    factories.supervisor(world.case.team)
    accounts.commands.leave_team(world.lead_worker, world.case.team, by=factories.administrator())
    scope_rows = PersonUserPermission.objects.filter(user=world.lead_worker)
    scope_rows.update(until=clock.now())
    client = signed_in(world.lead_worker)
    assert client.get(f"/children/{world.child.pk}").status_code == 404
    page = client.get(f"/notices/{notice.pk}")
    assert CONTENT in text_of(page)
    assert f"/children/{world.child.pk}" not in page.content.decode()
    entry = Entry.objects.filter(user_id=world.lead_worker.pk, verb="notice").latest("pk")
    assert entry.ground == "own"
    answer = client.post(f"/notices/{notice.pk}/recall", {"reason": "Wrong school"})
    assert answer.status_code == 302
    assert Notice.objects.get().recalled_at


def test_acknowledged_with_a_word_back(world: World, signed_in: Signed) -> None:
    notice = send(world)
    client = signed_in(world.teacher)
    page = client.get(f"/notices/{notice.pk}")
    assert page.context["form"].initial == {"seen_to_by": "Tess Teacher"}
    empty = client.post(f"/notices/{notice.pk}", {"seen_to_by": ""})
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["seen_to_by"])
    said = {"seen_to_by": "Ms Okafor", "answer": "We meet Robin at the gate"}
    assert client.post(f"/notices/{notice.pk}", said).status_code == 302
    assert "Ms Okafor sees to it" in text_of(client.get(f"/notices/{notice.pk}"))
    shown = text_of(signed_in(world.lead_worker).get(f"/notices/{notice.pk}"))
    assert "Northfield Academy says: We meet Robin at the gate" in shown
    assert signed_in(world.lead_worker).post(f"/notices/{notice.pk}", said).status_code == 403


def test_the_list_has_what_nobody_has_opened_first_and_pages_the_rest(
    world: World, signed_in: Signed
) -> None:
    done, read = send(world), send(world)
    partners.commands.acknowledge_notice(done, seen_to_by="Tess", by=world.teacher)
    partners.commands.read_notice(read, by=world.teacher)
    unread = [send(world) for _ in range(26)]
    client = signed_in(world.teacher)
    page = client.get("/notices")
    assert list(page.context["waiting"].rows) == unread[:25]
    assert list(page.context["seen_to"].rows) == [done]
    after = client.get(page.context["waiting"].older)
    assert list(after.context["waiting"].rows) == [unread[25], read]
    (entry,) = Entry.objects.filter(verb="notices", user_id=world.teacher.pk)[:1]
    assert entry.ground == "notice"
    assert len(entry.records["notice"]) == 26


def test_an_empty_list_says_what_would_fill_it(world: World, signed_in: Signed) -> None:
    assert "One appears here as soon as police" in text_of(signed_in(world.teacher).get("/notices"))


# --- recalling


def test_recalled_it_is_404_for_them_at_once(world: World, signed_in: Signed) -> None:
    notice = send(world)
    school, lead = signed_in(world.teacher), signed_in(world.lead_worker)
    assert school.get(f"/notices/{notice.pk}").status_code == 200
    page = lead.get(f"/notices/{notice.pk}/recall")
    assert "so ring them too" in text_of(page)
    assert lead.post(f"/notices/{notice.pk}/recall", {"reason": ""}).status_code == 422
    answer = lead.post(f"/notices/{notice.pk}/recall", {"reason": "Robin goes elsewhere"})
    assert answer["Location"] == f"/notices/{notice.pk}"
    assert school.get(f"/notices/{notice.pk}").status_code == 404
    assert school.post(f"/notices/{notice.pk}", {"seen_to_by": "T"}).status_code == 404
    assert "Robin" not in text_of(school.get("/notices"))
    assert "Robin" not in text_of(school.get("/"))
    assert "Robin goes elsewhere" in text_of(lead.get(f"/notices/{notice.pk}"))
    assert lead.get(f"/notices/{notice.pk}/recall").status_code == 302


# --- My work


def test_an_unread_notice_is_the_first_thing_on_the_school_s_page(
    world: World, signed_in: Signed
) -> None:
    notice = send(world)
    client = signed_in(world.teacher)
    page = client.get("/")
    assert page.context["sections"][0].name == "notices"
    assert "Robin Example" in text_of(page)
    entry = Entry.objects.filter(user_id=world.teacher.pk, verb="home").latest("pk")
    assert (entry.persons, entry.ground) == ([world.child.pk], "notice")
    assert entry.records["notice"] == [notice.pk]
    partners.commands.acknowledge_notice(notice, seen_to_by="Tess", by=world.teacher)
    assert "notices" not in {section.name for section in client.get("/").context["sections"]}


def test_the_sender_s_page_has_what_nobody_sees_to_once_it_is_due(
    world: World, signed_in: Signed
) -> None:
    notice = send(world)
    client = signed_in(world.lead_worker)

    def shown() -> str:
        return text_of(client.get("/"))

    assert "Notices not acknowledged" not in shown()
    with clock.at(notice.answer_due_at + timedelta(minutes=1)):
        assert "Notices not acknowledged" in shown()
        assert f"{notice.reference} to Northfield Academy" in shown()
        partners.commands.acknowledge_notice(notice, seen_to_by="Tess", by=world.teacher)
        assert "Notices not acknowledged" not in shown()


def test_a_police_only_fact_changes_no_byte_of_the_school_s_notice(
    world: World, signed_in: Signed
) -> None:
    notice = send(world)
    client = signed_in(world.teacher)
    client.get(f"/notices/{notice.pk}")

    def pages() -> list[str]:
        return [text_of(client.get(path)) for path in ("/", "/notices", f"/notices/{notice.pk}")]

    before: Any = pages()
    abuse(world, handling=Handling.POLICE_ONLY)
    cases.commands.raise_flag(
        world.child, "Danger", contact=abuse(world, handling=Handling.POLICE_ONLY),
        by=world.lead_worker,
    )  # fmt: skip
    assert pages() == before
