"""Share in steps, before there is a case, one contact; extend, suspend, who holds what: the pages."""

from datetime import date, timedelta

import pytest
from django.http import HttpResponse

import accounts.commands
import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import Role, User
from audit.models import Entry, Kind
from cases.models import ChildRole, ChronologyEvent, Contact, ContactChild
from partners.models import Agreement, PartnerText, Share, Suspension
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.desk.test_partners import _lists, asked, looks
from tests.partners.conftest import World, build_world

TYPED = "Robin was at 1 Sample Street with Dana"
WRITTEN = "Robin was out late with an older person"


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def of_place(world: World) -> str:
    return f"/places/{world.place.pk}/shares/new"


def of_child(world: World) -> str:
    return f"/children/{world.child.pk}/shares/new"


def narrative(world: World) -> int:
    contact = factories.contact(world.child, by=world.lead_worker, narrative=TYPED)
    return ChronologyEvent.objects.get(contact=contact, kind="contact").pk


# --- which agreement


def test_with_several_agreements_one_is_chosen_first(world: World, signed_in: Signed) -> None:
    other = world.sign(title="Attendance", purposes=["Attendance alone"], ends_on=date(2027, 1, 1))
    client = signed_in(world.lead_worker)
    shown = text_of(client.get(of_place(world)))
    assert "Under which agreement do you share?" in shown
    assert "Attendance For Attendance alone. Until 31 December 2026" in shown
    assert "Share with" not in shown.replace("Share with a partner", "")
    form = client.get(of_place(world), {"agreement": other.pk}).context["form"]
    assert [value for value, _ in form.fields["purpose"].choices] == ["Attendance alone"]
    assert form.initial["until"] == date(2026, 12, 31)
    assert "31 December 2026 at the latest" in str(form.fields["until"].help_text)
    answer = client.get(of_place(world), {"agreement": "9" * 30})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["agreement"])


def test_without_any_agreement_the_page_says_so(world: World, signed_in: Signed) -> None:
    partners.commands.suspend_agreement(world.agreement, reason="Breach", by=world.signer)
    shown = text_of(signed_in(world.lead_worker).get(of_place(world)))
    assert "nothing can be shared" in shown
    # Suspended between the form and its sending: said, and nothing is lost but the share.
    answer = signed_in(world.lead_worker).post(of_place(world), asked(world))
    assert answer.status_code == 422
    assert not Share.objects.exists()


# --- the partner's text


def send(signed_in: Signed, world: World, **changed: object) -> HttpResponse:
    said = asked(world, sections=["summary", "chronology"], **changed)
    return signed_in(world.lead_worker).post(of_place(world), said)


def test_with_the_chronology_each_line_is_put_into_words(world: World, signed_in: Signed) -> None:
    of = narrative(world)
    page = send(signed_in, world, preview="yes")
    assert page.status_code == 200
    body = page.content.decode()
    assert '<mark title="name">Dana</mark>' in body
    assert '<mark title="address">1 Sample Street</mark>' in body
    assert "Marked: 1 Sample Street (address), Dana (name)." in text_of(page)
    assert page.context["texts"].initial == {}
    assert f'name="text_{of}"' in body
    written = {"written": "yes", f"line_{of}": "text", f"text_{of}": WRITTEN}
    seen = send(signed_in, world, preview="yes", **written)
    assert WRITTEN in text_of(seen)
    assert "Dana" not in text_of(seen)
    answer = signed_in(world.lead_worker).post(of_place(world), _lists(seen.context["typed"]))
    assert answer.status_code == 302
    assert PartnerText.objects.get().text == WRITTEN
    for page in (f"/children/{world.child.pk}", f"/cases/{world.case.reference}"):
        shown = text_of(signed_in(world.teacher).get(page))
        assert WRITTEN in shown
        assert "Dana" not in shown


def test_unless_something_is_written_the_heading_alone_is_read(
    world: World, signed_in: Signed
) -> None:
    of = narrative(world)
    # What stands beneath a choice that was not made does not count.
    untouched = {"written": "yes", f"line_{of}": "heading", f"text_{of}": TYPED}
    assert send(signed_in, world, **untouched).status_code == 302
    assert not PartnerText.objects.exists()
    assert "Dana" not in text_of(signed_in(world.teacher).get(f"/children/{world.child.pk}"))


def test_sent_past_the_step_of_the_texts_nothing_typed_crosses(
    world: World, signed_in: Signed
) -> None:
    narrative(world)
    assert send(signed_in, world).status_code == 302
    assert not PartnerText.objects.exists()


def test_what_is_still_marked_is_said_at_the_field_until_somebody_says_it_may_go(
    world: World, signed_in: Signed
) -> None:
    of = narrative(world)
    said = {"written": "yes", f"line_{of}": "text", f"text_{of}": "Out late with Dana"}
    page = send(signed_in, world, **said)
    assert page.status_code == 422
    assert page.context["texts"].errors == {
        f"read_{of}": ["Still in the text: Dana (name). Take it out, or say that it may be shared"]
    }
    assert "Out late with Dana" in page.content.decode()
    assert not Share.objects.exists()
    assert send(signed_in, world, **said, **{f"read_{of}": "on"}).status_code == 302
    assert PartnerText.objects.get().text == "Out late with Dana"


def test_a_victims_address_is_refused_at_the_field(world: World, signed_in: Signed) -> None:
    of = narrative(world)
    ContactChild.objects.update(role=ChildRole.VICTIM)
    page = send(signed_in, world, preview="yes")
    assert "Sample Street" not in page.content.decode()
    said = {
        "written": "yes",
        f"line_{of}": "text",
        f"text_{of}": "at sample street",
        f"read_{of}": "on",
    }
    page = send(signed_in, world, **said)
    assert (page.status_code, list(page.context["texts"].errors)) == (422, [f"text_{of}"])
    assert not Share.objects.exists()


def test_going_back_loses_neither_what_was_said_nor_the_texts(
    world: World, signed_in: Signed
) -> None:
    of = narrative(world)
    written = {"written": "yes", f"line_{of}": "text", f"text_{of}": WRITTEN}
    changing = send(signed_in, world, change="yes", **written)
    assert (f"text_{of}", WRITTEN) in changing.context["carried"]
    rewriting = send(signed_in, world, rewrite="yes", **written)
    assert rewriting.status_code == 200
    assert WRITTEN in rewriting.content.decode()
    assert ("necessity", asked(world)["necessity"]) in rewriting.context["carried"]


def test_lines_are_written_after_the_share_too_and_taken_back(
    world: World, signed_in: Signed
) -> None:
    of = narrative(world)
    share = world.share(sections=["chronology"])
    url = f"/shares/{share.pk}/texts"
    client = signed_in(world.lead_worker)
    assert "What Northfield Academy reads" in text_of(client.get(url))
    for said, read in (
        ({f"line_{of}": "text", f"text_{of}": WRITTEN}, True),
        ({f"line_{of}": "heading"}, False),
    ):
        answer = client.post(url, said)
        assert answer["Location"] == f"/cases/{world.case.reference}"
        shown = text_of(signed_in(world.teacher).get(f"/children/{world.child.pk}"))
        assert (WRITTEN in shown) == read
    (look, *_) = looks(world.lead_worker, "share_texts")
    assert (look.persons, look.records) == ([world.child.pk], {"share": share.pk})


# --- without a case


def referred(world: World) -> tuple[User, Contact]:
    """A triage worker of a council in the hub, who decides a referral of the child."""
    council = factories.agency(name="Council")
    hub = factories.team(agency=council, is_hub=True)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,), name="Tri Age")
    officer = factories.user(Role.OFFICER)
    contact = factories.contact(world.child, by=officer, narrative=TYPED)
    referrals.commands.make_referral(
        contact=contact, children=[world.child], reason="Away from home", wanted="",
        agreed="yes", agreed_why_not="", by=officer,
    )  # fmt: skip
    world.sign(title="Hub", parties=[world.police, council, world.school])
    return triage, contact


def test_a_referral_is_shared_through_its_children(world: World, signed_in: Signed) -> None:
    triage, _ = referred(world)
    client = signed_in(triage)
    page = text_of(client.get(f"/children/{world.child.pk}"))
    assert "Share from this record, not from a case" in page
    agreement = client.get(of_child(world)).context["agreement"]
    said = asked(world, agreement=agreement.pk, sections=["summary", "chronology"])
    seen = client.post(of_child(world), said | {"preview": "yes", "written": "yes"})
    assert "As Northfield Academy will see it" in text_of(seen)
    answer = client.post(of_child(world), said)
    assert (answer.status_code, answer["Location"]) == (302, f"/children/{world.child.pk}")
    share = Share.objects.get()
    assert (share.place, share.person, share.decided_by) == (None, world.child, triage)
    shown = text_of(signed_in(world.teacher).get(f"/children/{world.child.pk}"))
    assert "Robin is often hungry after the weekend" in shown
    assert "Tri Age, Council" in shown
    assert "Dana" not in shown
    assert "Robin Example You see" in text_of(signed_in(world.teacher).get("/shared"))
    end = f"/shares/{share.pk}/end"
    assert client.post(end, {"reason": "Enough"}).status_code == 302
    assert signed_in(world.teacher).get(f"/children/{world.child.pk}").status_code == 404


def test_who_decided_it_ends_it_when_the_child_is_open_to_them_no_more(
    world: World, signed_in: Signed
) -> None:
    triage, _ = referred(world)
    hub_agreement = Agreement.objects.get(title="Hub")
    share = world.share(place=world.child, agreement=hub_agreement, sections=["summary"], by=triage)
    accounts.commands.leave_team(
        triage, triage.memberships.get().team, by=factories.administrator()
    )
    client = signed_in(triage)
    assert client.get(f"/children/{world.child.pk}").status_code == 404
    url = f"/shares/{share.pk}/end"
    assert client.get(url).status_code == 200
    assert Entry.objects.filter(verb="share_end", ground="own", kind=Kind.CONSULTATION).exists()
    assert client.post(url, {"reason": "Enough"})["Location"] == "/"
    share.refresh_from_db()
    assert share.ended_by == triage


def test_one_contact_is_shared_in_the_partners_text_alone(world: World, signed_in: Signed) -> None:
    contact = factories.contact(world.child, by=world.lead_worker, narrative=TYPED)
    url = f"/children/{world.child.pk}/contacts/{contact.pk}/shares/new"
    client = signed_in(world.lead_worker)
    assert "Share this contact with a partner" in text_of(client.get(f"/contacts/{contact.pk}"))
    said = asked(world, sections=["summary"])
    # Without the text there is nothing to share, whatever is sent.
    page = client.post(url, said)
    assert page.status_code == 200
    assert "What will they read?" in text_of(page)
    words = {"written": "yes", f"text_{contact.pk}": " "}
    page = client.post(url, said | words)
    assert (page.status_code, list(page.context["texts"].errors)) == (422, [f"text_{contact.pk}"])
    words[f"text_{contact.pk}"] = WRITTEN
    assert WRITTEN in text_of(client.post(url, said | words | {"preview": "yes"}))
    assert client.post(url, said | words).status_code == 302
    shown = text_of(signed_in(world.teacher).get(f"/children/{world.child.pk}"))
    assert f"Child concern, 24 November 2026 {WRITTEN}" in shown
    assert "Chronology" not in shown
    assert "Dana" not in shown


def test_a_police_only_contact_has_no_way_out(world: World, signed_in: Signed) -> None:
    contact = factories.contact(world.child, by=world.lead_worker, handling="police only")
    client = signed_in(world.lead_worker)
    assert "Share this contact" not in text_of(client.get(f"/contacts/{contact.pk}"))
    url = f"/children/{world.child.pk}/contacts/{contact.pk}/shares/new"
    assert client.get(url).status_code == 403
    others = f"/children/{world.sibling.pk}/contacts/{contact.pk}/shares/new"
    assert client.get(others).status_code == 404
    assert not Share.objects.exists()


# --- extend


def test_a_share_is_extended_to_a_later_day(world: World, signed_in: Signed) -> None:
    share = world.share()
    url = f"/shares/{share.pk}/extend"
    client = signed_in(world.lead_worker)
    assert "it can go on until 31 May 2027" in text_of(client.get(url))
    for day, month in ((1, 12), (24, 12)):
        sent = {"until-day": day, "until-month": month, "until-year": 2026}
        page = client.post(url, sent)
        assert page.status_code == (422 if day == 1 else 302)
    sent = {"until-day": 1, "until-month": 6, "until-year": 2027}
    page = client.post(url, sent)
    assert page.context["form"].errors == {
        "until": ["Choose a day after 24 December 2026, and 31 May 2027 at the latest."]
    }
    sent |= {"until-day": 31, "until-month": 5}
    assert client.post(url, sent).status_code == 302
    share.refresh_from_db()
    assert share.last_day == date(2027, 5, 31)


# --- suspend


def test_resumed_the_page_says_what_stays_closed_and_why(world: World, signed_in: Signed) -> None:
    share, other = world.share(), world.share(agency=world.charity)
    partners.commands.suspend_agreement(world.agreement, reason="Breach", by=world.signer)
    cases.commands.record_safe_to_tell(
        world.child, shown=None, safe_ways="Ring the mother",
        agencies_not_told=[world.school], by=world.lead_worker,
    )  # fmt: skip
    lead, client = signed_in(world.lead_worker), signed_in(world.signer)
    assert "must not be told" in text_of(lead.get(f"/shares/{share.pk}/end"))
    assert "must not be told" not in text_of(lead.get(f"/shares/{other.pk}/end"))
    url = f"/agreements/{world.agreement.pk}/suspension"
    page = text_of(client.get(url))
    assert "That is 1 share now" in page
    assert f"{share.reference} with {world.school}" in page
    look = Entry.objects.get(verb="agreement_suspension")
    assert (look.kind, look.persons, look.ground) == ("consultation", [world.child.pk], "agreement")
    assert look.records == {"agreement": world.agreement.pk, "shares": [share.pk]}
    answer = client.post(url, {"suspended": "True", "reason": "It was found"}, follow=True)
    says = (
        f"Not opened again, because they must not be told: {share.reference} with {world.school}."
    )
    assert says in text_of(answer)
    assert Entry.objects.filter(verb="agreement_suspension").count() == 2
    teacher = signed_in(world.teacher)
    assert teacher.get(f"/children/{world.child.pk}").status_code == 404
    page = text_of(lead.get(f"/shares/{share.pk}/end"))
    assert "Not opened again as the agreement was resumed" in page
    assert "Safe to tell says now that they must not be told" in page
    assert f"{share.reference} ended as" in text_of(lead.get("/"))


def test_an_agreement_is_suspended_and_resumed_with_a_reason(
    world: World, signed_in: Signed
) -> None:
    world.share()
    url = f"/agreements/{world.agreement.pk}/suspension"
    client, teacher = signed_in(world.signer), signed_in(world.teacher)
    child = f"/children/{world.child.pk}"
    assert teacher.get(child).status_code == 200
    page = client.get(url)
    assert "That is 1 share now" in text_of(page)
    # No share is listed: the page shows no child's record.
    assert not Entry.objects.filter(verb="agreement_suspension", kind="consultation").exists()
    assert client.post(url, {"suspended": "False", "reason": ""}).status_code == 422
    for reason in ("A laptop was lost", "Sent twice"):
        answer = client.post(url, {"suspended": "False", "reason": reason})
        assert (answer.status_code, answer["Location"]) == (
            302,
            f"/agreements/{world.agreement.pk}",
        )
    assert Suspension.objects.get().reason == "A laptop was lost"
    assert teacher.get(child).status_code == 404
    assert "Suspended" in text_of(client.get("/agreements"))
    assert "A laptop was lost" in text_of(client.get(f"/agreements/{world.agreement.pk}"))
    lead = signed_in(world.lead_worker)
    assert "They see nothing while" in text_of(lead.get(f"/cases/{world.case.reference}"))
    assert "They see nothing while" in text_of(lead.get(child))
    assert client.post(url, {"suspended": "True", "reason": "It was found"}).status_code == 302
    assert teacher.get(child).status_code == 200
    assert lead.get(url).status_code == 403


# --- who holds what


def test_who_holds_what_names_children_to_those_who_know_them_alone(
    world: World, signed_in: Signed
) -> None:
    world.share(until=clock.now() + timedelta(days=10))
    shown = text_of(signed_in(world.lead_worker).get("/shares"))
    assert f"Northfield Academy: Robin Example, {world.case.reference}" in shown
    assert "Live Ends soon Never opened" in shown
    governs = text_of(signed_in(world.signer).get("/shares"))
    assert f"Northfield Academy: {world.child.reference}, {world.case.reference}" in governs
    assert "Robin" not in governs
    (look,) = looks(world.signer, "shares")
    assert (look.persons, look.ground) == ([world.child.pk], "audit")
    suspended = signed_in(world.signer).get("/shares", {"kind": "suspended"})
    assert "No share is of this kind" in text_of(suspended)
    assert "Robin" not in text_of(signed_in(world.lead_worker).get("/shares?kind=suspended"))
