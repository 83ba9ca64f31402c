"""Sharing a child's place, ending it, what a school sees and adds, and the register of agreements."""

from datetime import date, timedelta

import pytest
from django.http import HttpResponse

import accounts.commands
import cases.commands
import clock
import partners.queries
from accounts.models import AgencyKind, Notification, Role, User
from audit.models import Entry, Kind
from partners.models import Agreement, Contribution, Share
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import NECESSITY, SUMMARY, World, build_world


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def looks(user: User, verb: str) -> list[Entry]:
    return list(Entry.objects.filter(user_id=user.pk, verb=verb, kind=Kind.CONSULTATION))


# --- share


def asked(world: World, **changed: object) -> dict[str, object]:
    said = {
        "agreement": world.agreement.pk,
        "agency": world.school.pk,
        "purpose": "Early help",
        "lawful_basis": "public task",
        "necessity": NECESSITY,
        "is_safeguarding": "no",
        "sections": ["summary", "plan"],
        "summary": SUMMARY,
        "until-day": "24",
        "until-month": "5",
        "until-year": "2027",
    }
    return said | changed


def send(signed_in: Signed, world: World, user: User, **changed: object) -> HttpResponse:
    return signed_in(user).post(f"/places/{world.place.pk}/shares/new", asked(world, **changed))


def test_who_may_be_told_stands_first_and_what_is_usual_is_chosen(
    world: World, signed_in: Signed
) -> None:
    factories.safe_to_tell(world.child, "Mum, by day, never by letter")
    page = signed_in(world.lead_worker).get(f"/places/{world.place.pk}/shares/new")
    shown = text_of(page)
    assert shown.index("never by letter") < shown.index("I have read who may be told")
    assert shown.index("I have read who may be told") < shown.index("Share with Choose one")
    form = page.context["form"]
    assert next(iter(form.fields)) == "safe_to_tell_read"
    assert form.agreement == world.agreement
    assert form.initial == {
        "sections": ["summary", "plan"],
        "until": date(2027, 5, 25),
    }
    (entry,) = looks(world.lead_worker, "share_new")
    assert (entry.persons, entry.records) == ([world.child.pk], {"place": world.place.pk})


def test_the_message_that_waits_in_the_browser_names_no_child(
    world: World, signed_in: Signed
) -> None:
    answer = send(signed_in, world, world.lead_worker)
    page = answer.client.get(answer.headers["Location"])
    (waited,) = [str(message) for message in page.context["messages"]]
    assert waited.endswith(f"what you chose of the record of {world.child.reference}.")
    assert world.child.forenames not in waited


def test_the_usual_end_is_the_agreement_s_where_that_is_sooner(
    world: World, signed_in: Signed
) -> None:
    with clock.at(clock.start_of(date(2027, 3, 1))):
        page = signed_in(world.lead_worker).get(f"/places/{world.place.pk}/shares/new")
    assert page.context["form"].initial["until"] == date(2027, 5, 31)


def test_it_is_seen_as_they_will_before_anything_is_shared(world: World, signed_in: Signed) -> None:
    cases.commands.set_action(
        world.place, what="Meet at the gate", owner=world.lead_worker, due_on=clock.today(),
        by=world.lead_worker,
    )  # fmt: skip
    factories.contact(world.child, by=world.lead_worker, narrative="Not for the school")
    page = send(signed_in, world, world.lead_worker, preview="yes")
    assert page.status_code == 200
    shown = text_of(page)
    assert "As Northfield Academy will see it" in shown
    assert SUMMARY in shown
    assert "Meet at the gate" in shown
    assert "24 May 2027" in shown
    for hidden in ("Not for the school", "Chronology", "Sam", "Child concern"):
        assert hidden not in shown
    assert not Share.objects.exists()
    assert len(looks(world.lead_worker, "share_new")) == 1
    # What was typed goes on unseen, and nothing else.
    sent = {name for name, _ in page.context["typed"]}
    assert sent == set(asked(world))
    answer = signed_in(world.lead_worker).post(
        f"/places/{world.place.pk}/shares/new", dict(_lists(page.context["typed"]))
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{world.case.reference}")
    share = Share.objects.get()
    assert (share.agency, share.sections) == (world.school, ["summary", "plan"])
    assert share.until == clock.end_of(date(2027, 5, 24))
    assert SUMMARY in text_of(signed_in(world.teacher).get(f"/cases/{world.case.reference}"))


def _lists(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_a_preview_of_the_chronology_holds_no_police_only_line(
    world: World, signed_in: Signed
) -> None:
    factories.contact(world.child, by=world.lead_worker, handling="police only")
    open_contact = factories.contact(world.child, by=world.lead_worker)
    page = send(
        signed_in, world, world.lead_worker, sections=["chronology"], preview="yes", written="yes"
    )
    contacts = [event for event in page.context["seen"].events if event.contact_id]
    assert [event.contact for event in contacts] == [open_contact]
    assert SUMMARY not in text_of(page)


def test_changing_something_goes_back_to_what_was_typed(world: World, signed_in: Signed) -> None:
    page = send(signed_in, world, world.lead_worker, change="yes")
    assert page.status_code == 200
    assert SUMMARY in text_of(page)
    assert "There is a problem" not in text_of(page)
    assert not Share.objects.exists()


def test_sent_twice_it_is_shared_once_and_no_error(world: World, signed_in: Signed) -> None:
    answers = [send(signed_in, world, world.lead_worker) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Share.objects.count() == 1
    other = send(signed_in, world, world.lead_worker, summary="Something else")
    assert other.status_code == 422
    assert list(other.context["form"].errors) == ["agency"]


@pytest.mark.parametrize("preview", [{}, {"preview": "yes"}])
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agreement": ""}, "agreement"),
        ({"agreement": "9" * 30}, "agreement"),
        ({"agency": ""}, "agency"),
        ({"purpose": "Anything"}, "purpose"),
        ({"lawful_basis": "vital interests"}, "lawful_basis"),
        ({"necessity": " "}, "necessity"),
        ({"sections": []}, "sections"),
        ({"sections": ["full"]}, "sections"),
        ({"sections": ["watch"]}, "sections"),
        ({"summary": ""}, "summary"),
        ({"summary": "\x00"}, "summary"),
        ({"until-day": ""}, "until"),
        ({"until-month": "6"}, "until"),
        ({"until-year": "2026"}, "until"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World,
    signed_in: Signed,
    preview: dict[str, str],
    changed: dict[str, object],
    field: str,
) -> None:
    page = send(signed_in, world, world.lead_worker, **changed | preview)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "As Northfield Academy will see it" not in text_of(page)
    assert not Share.objects.exists()


def test_who_may_be_told_must_have_been_read(world: World, signed_in: Signed) -> None:
    first = factories.safe_to_tell(world.child, "Mum")
    newer = factories.safe_to_tell(world.child, "Mum, by day")
    for read in ({}, {"safe_to_tell_read": first.pk}, {"safe_to_tell_read": "yes"}):
        page = send(signed_in, world, world.lead_worker, **read)
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["safe_to_tell_read"]
        assert f'value="{newer.pk}"' in page.content.decode()
    assert "has changed since you opened this page" in text_of(page)
    answer = send(signed_in, world, world.lead_worker, safe_to_tell_read=newer.pk)
    assert answer.status_code == 302


def test_who_must_not_be_told_cannot_be_chosen(world: World, signed_in: Signed) -> None:
    safe = factories.safe_to_tell(world.child, agencies=(world.school,))
    page = send(signed_in, world, world.lead_worker, safe_to_tell_read=safe.pk)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["agency"]
    assert "Northfield Academy must not be told" in text_of(page)


def test_an_agency_outside_the_agreement_cannot_be_put_in(world: World, signed_in: Signed) -> None:
    stranger = factories.agency(name="Elsewhere")
    for agency in (stranger, world.police):
        page = send(signed_in, world, world.lead_worker, agency=agency.pk)
        assert list(page.context["form"].errors) == ["agency"]
        assert "Elsewhere" not in text_of(page)


def test_only_whoever_runs_the_case_shares(world: World, signed_in: Signed) -> None:
    world.share()
    url = f"/places/{world.place.pk}/shares/new"
    expected = {
        world.teacher: 403,
        world.volunteer: 404,
        factories.user(Role.LEAD_WORKER, teams=(factories.team(),)): 404,
    }
    for user, status in expected.items():
        assert signed_in(user).get(url).status_code == status
        answer = send(signed_in, world, user, agency=world.charity.pk)
        assert answer.status_code == status
    assert signed_in(world.lead_worker).get(f"/places/{'9' * 18}/shares/new").status_code == 404
    assert Share.objects.count() == 1


# --- end a share


def test_a_share_ends_and_the_school_sees_nothing_of_it(world: World, signed_in: Signed) -> None:
    share = world.share()
    url = f"/shares/{share.pk}/end"
    client = signed_in(world.lead_worker)
    assert "They see summary and plan until the end of 24 December 2026" in text_of(client.get(url))
    (entry,) = looks(world.lead_worker, "share_end")
    assert (entry.persons, entry.records) == ([world.child.pk], {"share": share.pk})
    for reason in ("The family moved", "Again"):
        answer = client.post(url, {"reason": reason})
        assert (answer.status_code, answer["Location"]) == (302, f"/cases/{world.case.reference}")
    share.refresh_from_db()
    assert share.end_reason == "The family moved"
    assert signed_in(world.teacher).get(f"/cases/{world.case.reference}").status_code == 404
    assert "Nothing is shared with" in text_of(signed_in(world.teacher).get("/shared"))
    ended = text_of(client.get(url))
    assert "has ended" in ended
    assert "Lee Leader ended it" in ended


def test_ending_needs_a_reason_and_whoever_runs_the_case(world: World, signed_in: Signed) -> None:
    share = world.share()
    url = f"/shares/{share.pk}/end"
    page = signed_in(world.lead_worker).post(url, {"reason": " "})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])
    for user in (world.teacher, world.volunteer, factories.user(Role.LEAD_WORKER)):
        assert signed_in(user).get(url).status_code == 404
        assert signed_in(user).post(url, {"reason": "No"}).status_code == 404
    # Who met the child sees it in full, and ends nothing.
    factories.contact(world.child, by=(officer := factories.user(Role.OFFICER)))
    assert signed_in(officer).get(url).status_code == 403
    assert signed_in(officer).post(url, {"reason": "No"}).status_code == 403
    share.refresh_from_db()
    assert share.is_live


def test_a_partner_who_runs_the_case_sees_what_they_shared_and_ends_it(
    world: World, signed_in: Signed
) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    lead, colleague = (
        factories.user(Role.LEAD_WORKER, agency=council, teams=(team,)) for _ in range(2)
    )
    case = factories.case(world.child, team=team, lead_worker=lead)
    place = factories.place(world.child, case)
    agreement = world.sign(title="Ours", parties=[world.police, council, world.school])
    share = world.share(place=place, agreement=agreement, by=lead)
    elsewhere = world.share()
    shown = text_of(signed_in(colleague).get(f"/cases/{case.reference}"))
    assert "Shared with Northfield Academy They see Summary, Plan" in shown
    # What the school sees of another team's case is not theirs to know, nor to end.
    assert signed_in(colleague).get(f"/shares/{elsewhere.pk}/end").status_code == 404
    url = f"/shares/{share.pk}/end"
    assert signed_in(colleague).get(url).status_code == 200
    assert signed_in(colleague).post(url, {"reason": "Moved"})["Location"].endswith(case.reference)
    assert not partners.queries.shares(place, viewer=lead).exists()
    # With the team, the say over its shares is left.
    factories.supervisor(team)
    accounts.commands.leave_team(lead, team, by=factories.administrator())
    assert signed_in(lead).get(url).status_code == 404


# --- shared with us


def test_the_school_lists_what_is_shared_why_and_until_when(
    world: World, signed_in: Signed
) -> None:
    share = world.share()
    with clock.at(clock.now() + timedelta(hours=2)):
        cases.commands.set_action(
            world.place, what="Meet", owner=world.lead_worker, due_on=clock.today(),
            by=world.lead_worker,
        )  # fmt: skip
        shown = text_of(signed_in(world.teacher).get("/shared"))
    assert f"Robin Example, {world.case.reference}" in shown
    assert "You see summary and plan until the end of 24 December 2026" in shown
    assert "Why: Early help" in shown
    assert "Last change on 24 November 2026 at 12:30" in shown
    assert "Sam" not in shown
    (entry,) = looks(world.teacher, "shared")
    assert (entry.persons, entry.records) == ([world.child.pk], {"shares": [share.pk]})
    assert (entry.sections, entry.ground) == (["plan", "summary"], "share")


def test_what_is_not_shared_does_not_move_the_last_change(world: World, signed_in: Signed) -> None:
    world.share(sections=["summary"])
    with clock.at(clock.now() + timedelta(hours=2)):
        cases.commands.set_action(
            world.place, what="Meet", owner=world.lead_worker, due_on=clock.today(),
            by=world.lead_worker,
        )  # fmt: skip
        factories.contact(world.child, by=world.lead_worker)
        shown = text_of(signed_in(world.teacher).get("/shared"))
    assert "Last change on 24 November 2026 at 10:30" in shown


def test_nobody_else_sees_what_is_shared_with_the_school(world: World, signed_in: Signed) -> None:
    world.share()
    shown = text_of(signed_in(world.volunteer).get("/shared"))
    assert "Nothing is shared with Open Door now" in shown
    assert "Robin" not in shown
    assert signed_in(world.lead_worker).get("/shared").status_code == 403


# --- contributions


def add(signed_in: Signed, world: World, user: User, **changed: object) -> HttpResponse:
    said = {
        "text": "Late three times this week",
        "voice": "I like mornings",
        "audience": ["lead agency"],
    } | changed
    return signed_in(user).post(f"/places/{world.place.pk}/contributions/new", said)


def test_a_school_adds_what_it_knows_once(world: World, signed_in: Signed) -> None:
    world.share()
    page = signed_in(world.teacher).get(f"/places/{world.place.pk}/contributions/new")
    assert "Lee Leader, the lead worker" in text_of(page)
    (entry,) = looks(world.teacher, "contribution_new")
    assert (entry.persons, entry.records) == ([world.child.pk], {"place": world.place.pk})
    for _ in range(2):
        answer = add(signed_in, world, world.teacher)
        assert (answer.status_code, answer["Location"]) == (302, f"/children/{world.child.pk}")
    added = Contribution.objects.get()
    assert (added.by, added.voice) == (world.teacher, "I like mornings")
    assert (added.audience, added.named) == (["lead agency"], [])
    lead = signed_in(world.lead_worker)
    assert "Late three times this week" in text_of(lead.get(f"/cases/{world.case.reference}"))
    assert Notification.objects.filter(user=world.lead_worker, text__contains="Northfield").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"voice": "\x00"}, "voice"),
        ({"audience": []}, "audience"),
        ({"audience": ["everybody"]}, "audience"),
    ],
)
def test_a_contribution_says_something(
    world: World, signed_in: Signed, changed: dict[str, object], field: str
) -> None:
    world.share()
    page = add(signed_in, world, world.teacher, **changed)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not Contribution.objects.exists()


def test_who_may_add_something(world: World, signed_in: Signed) -> None:
    world.share()
    assert add(signed_in, world, world.volunteer).status_code == 404
    assert add(signed_in, world, world.lead_worker).status_code == 403
    sibling = factories.place(world.sibling, world.case)
    url = f"/places/{sibling.pk}/contributions/new"
    assert signed_in(world.teacher).get(url).status_code == 404
    assert signed_in(world.teacher).post(url, {"text": "x"}).status_code == 404
    assert not Contribution.objects.exists()


# --- agreements


def signing(world: World, **changed: object) -> dict[str, object]:
    said = {
        "title": "Safe at school",
        "parties": [world.police.pk, world.school.pk],
        "purposes": "Attendance\n\nEarly help",
        "lawful_bases": ["public task"],
        "sections": ["summary"],
        "impact_assessment": "DPIA-9",
        "signatories": "Police: N. Ash\nSchool: P. Oak\nCouncil: R. Elm\nCharity: S. Fir",
    }
    days = {"starts_on": (1, 12, 2026), "ends_on": (30, 11, 2027), "review_on": (1, 9, 2027)}
    for name, parts in days.items():
        for part, number in zip(("day", "month", "year"), parts, strict=True):
            said[f"{name}-{part}"] = str(number)
    return said | changed


def test_an_agreement_is_added_once_and_read(world: World, signed_in: Signed) -> None:
    client = signed_in(world.signer)
    answers = [client.post("/agreements/new", signing(world)) for _ in range(2)]
    made = Agreement.objects.get(title="Safe at school")
    assert [(a.status_code, a["Location"]) for a in answers] == [
        (302, f"/agreements/{made.pk}")
    ] * 2
    assert made.purposes == ["Attendance", "Early help"]
    shown = text_of(client.get(f"/agreements/{made.pk}"))
    for words in (
        "Not yet in force",
        "Attendance; Early help",
        "30 November 2027",
        "DPIA-9",
        "Police: N. Ash",
    ):
        assert words in shown
    register = text_of(client.get("/agreements"))
    assert "Safe at school Not yet in force" in register
    assert "Early help in Northbridge In force" in register
    with clock.at(clock.start_of(date(2027, 12, 1))):
        assert "Safe at school Ended" in text_of(client.get("/agreements"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"parties": []}, "parties"),
        ({"parties": ["9" * 30]}, "parties"),
        ({"purposes": "\n"}, "purposes"),
        ({"purposes": "x" * 121}, "purposes"),
        ({"lawful_bases": ["because"]}, "lawful_bases"),
        ({"sections": ["full"]}, "sections"),
        ({"starts_on-day": "31", "starts_on-month": "2"}, "starts_on"),
        ({"ends_on-year": "2026", "ends_on-day": "1"}, "ends_on"),
        ({"ends_on-year": "9999"}, "ends_on"),
        ({"review_on-year": ""}, "review_on"),
        ({"impact_assessment": ""}, "impact_assessment"),
        ({"signatories": "Police: N. Ash"}, "signatories"),
    ],
)
def test_what_an_agreement_lacks_is_said_at_its_field(
    world: World, signed_in: Signed, changed: dict[str, object], field: str
) -> None:
    page = signed_in(world.signer).post("/agreements/new", signing(world, **changed))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert Agreement.objects.count() == 1


def test_an_agreement_needs_the_lead_agency(world: World, signed_in: Signed) -> None:
    two = signing(world, parties=[world.school.pk, world.charity.pk])
    page = signed_in(world.signer).post("/agreements/new", two)
    assert list(page.context["form"].errors) == ["parties"]


def test_who_reads_and_who_signs(world: World, signed_in: Signed) -> None:
    agreement = f"/agreements/{world.agreement.pk}"
    expected = {
        world.signer: (200, 200, 200),
        world.lead_worker: (200, 200, 403),
        world.teacher: (403, 404, 403),
        factories.user(Role.OFFICER): (403, 404, 403),
    }
    for user, statuses in expected.items():
        client = signed_in(user)
        pages = ("/agreements", agreement, "/agreements/new")
        assert tuple(client.get(page).status_code for page in pages) == statuses
    assert signed_in(world.lead_worker).post("/agreements/new", signing(world)).status_code == 403
    assert signed_in(world.signer).get(f"/agreements/{'9' * 18}").status_code == 404
    assert Agreement.objects.count() == 1
