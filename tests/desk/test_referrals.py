"""Referring, the hub's queue, the decision page, and the answer to whoever referred."""

import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse

import accounts.commands
import cases.commands
import clock
from accounts.models import AgencyKind, Role, User
from audit.models import Entry, Kind
from cases.models import Case, Handling
from referrals.models import Referral, State
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.referrals.conftest import World, build_world

SAID = {
    "reason": "Out late, hungry, and asks for help",
    "wanted": "A youth worker",
    "agreed": "yes",
    "agreed_why_not": "",
}


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def refer(signed_in: Signed, world: World, user: User, **changed: object) -> HttpResponse:
    said = SAID | {"children": [world.child.pk, world.sibling.pk]} | changed
    return signed_in(user).post(f"/contacts/{world.contact.pk}/refer", said)


def decision(world: World, **changed: object) -> dict[str, object]:
    said = {
        "decision": "accept",
        "reason": "Needs more than one agency",
        "answer": "Thank you, we take it on",
        "family_name": "Example",
        "team": world.team.pk,
        "lead_worker": world.lead_worker.pk,
    }
    return said | changed


def police_in_hub(world: World) -> User:
    """Somebody of the lead agency who decides referrals."""
    return factories.user(Role.TRIAGE_WORKER, teams=(world.hub,))


def looks(user: User, verb: str) -> list[Entry]:
    return list(Entry.objects.filter(user_id=user.pk, verb=verb, kind=Kind.CONSULTATION))


# --- refer


def test_the_contact_stands_there_and_its_children_are_ticked(
    world: World, signed_in: Signed
) -> None:
    page = signed_in(world.officer).get(f"/contacts/{world.contact.pk}/refer")
    assert page.status_code == 200
    shown = text_of(page)
    assert "Seen in the park" in shown
    assert all(child.name in shown for child in (world.child, world.sibling))
    assert page.content.decode().count("checked") == 2
    (entry,) = looks(world.officer, "contact_refer")
    assert entry.persons == sorted([world.child.pk, world.sibling.pk])
    assert (entry.records, entry.sections, entry.ground) == (
        {"contact": world.contact.pk},
        ["full"],
        "task",
    )


def test_a_referral_goes_to_the_hub_and_the_referrer_sees_when_it_is_due(
    world: World, signed_in: Signed
) -> None:
    answer = refer(signed_in, world, world.officer)
    made = Referral.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/referrals/R-{made.pk}")
    assert {row.person for row in made.children.all()} == {world.child, world.sibling}
    page = signed_in(world.officer).get(f"/referrals/R-{made.pk}")
    assert "The hub decides by 25 November 2026 at 10:30" in text_of(page)
    assert "Robin Example" in text_of(page)
    assert not page.context.get("form")


def test_sent_twice_it_is_one_and_leads_to_the_same_page(world: World, signed_in: Signed) -> None:
    first, second = (refer(signed_in, world, world.officer) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Referral.objects.count() == 1
    again = signed_in(world.officer).get(f"/contacts/{world.contact.pk}/refer")
    assert "You referred this contact on 24 November 2026" in text_of(again)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("children", []),
        ("reason", " "),
        ("reason", "\x00"),
        ("agreed", ""),
        ("agreed", "perhaps"),
        ("wanted", "x" * 301),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    world: World, signed_in: Signed, field: str, typed: object
) -> None:
    page = refer(signed_in, world, world.officer, **{field: typed})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert f'href="#id_{field}"' in page.content.decode()
    kept = "A youth worker" if field != "wanted" else SAID["reason"]
    assert kept in page.content.decode()
    assert not Referral.objects.exists()


def test_why_the_family_was_not_asked_is_needed(world: World, signed_in: Signed) -> None:
    page = refer(signed_in, world, world.officer, agreed="not asked")
    assert list(page.context["form"].errors) == ["agreed_why_not"]


@pytest.mark.parametrize("child", ["999999999999999999999", "x", "0"])
def test_no_other_child_can_be_put_into_it(world: World, signed_in: Signed, child: str) -> None:
    other = str(factories.child("Kim").pk)
    for typed in (child, other):
        page = refer(signed_in, world, world.officer, children=[typed])
        assert list(page.context["form"].errors) == ["children"]
        assert "Kim" not in text_of(page)
    assert not Referral.objects.exists()


def test_somebody_elses_waiting_referral_of_it_is_named(world: World, signed_in: Signed) -> None:
    made = world.refer()
    page = refer(signed_in, world, world.triager)
    assert page.status_code == 422
    assert f"Olu Officer has already referred this contact: R-{made.pk}" in text_of(page)


def test_a_contact_of_somebody_else_is_not_there(world: World, signed_in: Signed) -> None:
    for url in (f"/contacts/{world.contact.pk}/refer", f"/contacts/{'9' * 18}/refer"):
        for method in ("get", "post"):
            stranger = signed_in(factories.user(Role.OFFICER))
            assert getattr(stranger, method)(url).status_code == 404
    entry = Entry.objects.filter(kind=Kind.DENIED).first()
    assert entry.verb == "contact_refer"


def test_an_author_refers_children_whose_records_they_may_not_open(
    world: World, signed_in: Signed
) -> None:
    worker = factories.user(Role.LEAD_WORKER, agency=factories.agency(AgencyKind.EARLY_HELP))
    contact = factories.contact(world.child, world.sibling, by=worker)
    client = signed_in(worker)
    assert client.get(f"/children/{world.child.pk}").status_code == 404
    assert client.get(f"/contacts/{contact.pk}").status_code == 200
    page = client.get(f"/contacts/{contact.pk}/refer")
    assert page.context["children"] == [world.child, world.sibling]
    (look,) = looks(worker, "contact_refer")
    assert (look.persons, look.ground) == ([world.child.pk, world.sibling.pk], "task")
    sent = client.post(f"/contacts/{contact.pk}/refer", SAID | {"children": [world.child.pk]})
    made = Referral.objects.get(contact=contact)
    assert sent["Location"] == f"/referrals/{made.reference}"
    assert client.get(sent["Location"]).status_code == 200


def test_referring_takes_the_role(world: World, signed_in: Signed) -> None:
    world.officer.roles = [Role.COMMANDER]
    world.officer.save()
    client = signed_in(world.officer)
    assert client.get(f"/contacts/{world.contact.pk}/refer").status_code == 403
    assert refer(signed_in, world, world.officer).status_code == 403
    assert client.get("/referrals").status_code == 403


# --- the queue


def test_the_queue_has_open_flags_first_then_what_is_due_first(
    world: World, signed_in: Signed
) -> None:
    first = world.refer(children=[world.child])
    kim = factories.child("Kim", "Later")
    with clock.at(clock.now() + timedelta(hours=1)):
        contact = factories.contact(kim, by=world.officer, safe_now="no")
        second = world.refer(contact=contact, children=[kim])
        page = signed_in(police_in_hub(world)).get("/referrals")
    shown = text_of(page)
    assert shown.index(second.reference) < shown.index(first.reference)
    assert shown.count("Safeguarding flag open") == 1
    assert f"{first.reference}: Robin Example (13)" in shown
    assert "7 hours left" in shown
    assert "Made by Olu Officer" in shown


def test_a_long_queue_is_read_page_by_page_and_costs_no_more_queries(
    world: World, signed_in: Signed, django_assert_max_num_queries: Callable
) -> None:
    client, made = signed_in(police_in_hub(world)), []
    for number in range(30):
        child = factories.child(f"Kim{number}")
        contact = factories.contact(
            child, by=world.officer, safe_now="no" if number in {20, 29} else "yes"
        )
        with clock.at(clock.now() + timedelta(minutes=number // 2)):  # two are due at once
            made.append(world.refer(contact=contact, children=[child]).reference)
    wanted = [made[20], made[29], *(made[n] for n in range(29) if n != 20)]
    # Each child of a page would be one more: what is needed does not grow with the queue.
    with django_assert_max_num_queries(20):
        shown = text_of(page := client.get("/referrals"))
    seen = re.findall(r"(R-[0-9]+):", shown)
    [after] = set(re.findall(r"from=([0-9-]+)", page.content.decode()))
    rest = client.get("/referrals", {"from": after})
    assert seen + re.findall(r"(R-[0-9]+):", text_of(rest)) == wanted
    assert len(seen) == 25
    assert "Due first" in text_of(rest)
    for typed in ("0-1-1", "1-1-1", "nonsense", "1-99999999999999999-1"):
        assert client.get("/referrals", {"from": typed}).status_code == 200


def test_a_police_only_flag_moves_nothing_for_the_hub_of_another_agency(
    world: World, signed_in: Signed
) -> None:
    world.refer(children=[world.child])
    kim = factories.child("Kim", "Later")
    contact = factories.contact(kim, by=world.officer, safe_now="no", handling=Handling.POLICE_ONLY)
    second = world.refer(contact=contact, children=[kim])
    page = signed_in(world.triager).get("/referrals")
    assert "Safeguarding flag open" not in text_of(page)
    shown = text_of(signed_in(world.triager).get(f"/referrals/{second.reference}"))
    assert "Not safe now" not in shown
    assert "Police hold more about Kim Later" in shown


@pytest.mark.parametrize(
    ("waited", "words", "state"),
    [
        (timedelta(0), "8 hours left", "In time"),
        (timedelta(hours=6, minutes=29), "1 hour 31 minutes left", "Due soon"),
        (timedelta(hours=24), "by less than a minute", "Late"),
        (timedelta(hours=24, minutes=20), "by 20 minutes", "Late"),
        (timedelta(hours=26), "by 2 hours", "Late"),
    ],
)
def test_the_clock_is_said_in_words(
    world: World, signed_in: Signed, waited: timedelta, words: str, state: str
) -> None:
    made = world.refer()
    with clock.at(made.made_at + waited):
        shown = text_of(signed_in(world.triager).get("/referrals"))
    assert f"{state} {words} Made by" in shown


def test_the_list_leaves_one_look_with_all_children_on_it(world: World, signed_in: Signed) -> None:
    made = world.refer()
    signed_in(world.triager).get("/referrals")
    (entry,) = looks(world.triager, "referrals")
    assert entry.persons == sorted([world.child.pk, world.sibling.pk])
    assert (entry.records, entry.ground) == ({"referrals": [made.pk]}, "hub")


def test_everybody_else_sees_their_own_and_what_became_of_it(
    world: World, signed_in: Signed
) -> None:
    world.accept(world.refer())
    other = factories.child("Kim", "Elsewhere")
    factories.contact(other, by=(somebody := factories.user(Role.OFFICER)))
    mine = text_of(signed_in(world.officer).get("/referrals"))
    assert "Robin Example" in mine
    assert "Accepted" in mine
    assert "Thank you: a case opens today" in mine
    assert "Waiting" not in mine
    theirs = text_of(signed_in(somebody).get("/referrals"))
    assert "You have not referred anybody yet" in theirs
    assert "Robin" not in theirs


# --- decide


def test_the_decision_page_has_everything_about_each_child(world: World, signed_in: Signed) -> None:
    child = world.contact.children.get(person=world.child)
    cases.commands.complete_contact(
        world.contact,
        completions=[
            cases.commands.Completion(
                child=child,
                voice="I want to sleep",
                noticed=[
                    cases.commands.Noticed(factories.indicator("P01")),
                    cases.commands.Noticed(factories.indicator("SCH01")),
                ],
            )
        ],
        handling=Handling.SHARE,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="refer",
        by=world.officer,
    )
    held = factories.case(world.child)
    page = signed_in(world.triager).get(f"/referrals/{world.refer().reference}")
    shown = text_of(page)
    for words in (
        "Out late, hungry, and asks for help",
        "A youth worker",
        "Seen in the park",
        factories.indicator("P01").name,
        "I want to sleep",
        "Needs help",
        held.reference,
        held.lead_worker.name,
        "Decide",
    ):
        assert words in shown
    assert page.context["form"].initial == {"family_name": "Example"}
    (entry,) = looks(world.triager, "referral")
    assert entry.persons == sorted([world.child.pk, world.sibling.pk])
    assert (entry.sections, entry.ground) == (["full"], "hub")


def test_an_open_flag_stands_in_place_of_the_reading(world: World, signed_in: Signed) -> None:
    contact = factories.contact(world.child, by=world.officer, safe_now="no")
    made = world.refer(contact=contact, children=[world.child])
    shown = text_of(signed_in(world.triager).get(f"/referrals/{made.reference}"))
    assert "Safeguarding: answer now" in shown
    assert "Answer it first: no reading stands beside it" in shown


def test_a_flag_that_only_police_see_stands_in_place_of_the_reading_too(
    world: World, signed_in: Signed
) -> None:
    made = world.refer(children=[world.child])
    client = signed_in(world.triager)
    assert "app-reading__band" in client.get(f"/referrals/{made.reference}").content.decode()
    factories.contact(world.child, by=world.officer, safe_now="no", handling=Handling.POLICE_ONLY)
    page = client.get(f"/referrals/{made.reference}")
    assert "app-reading__band" not in page.content.decode()
    assert "No reading is shown until then" in text_of(page)
    assert "Safeguarding" not in text_of(page)


def test_a_police_only_contact_is_one_line_for_the_hub_of_another_agency(
    world: World, signed_in: Signed
) -> None:
    kim = factories.child("Kim", "Hidden")
    contact = factories.contact(
        kim, by=world.officer, handling=Handling.POLICE_ONLY, narrative="An informant said"
    )
    url = f"/referrals/{world.refer(contact=contact, children=[kim]).reference}"
    shown = text_of(signed_in(world.triager).get(url))
    assert "An informant said" not in shown
    assert "Police hold more about this contact. Call 01632 960 001" in shown
    police = text_of(signed_in(police_in_hub(world)).get(url))
    assert "An informant said" in police
    assert "Police hold more" not in police


def test_accepted_a_case_opens_and_the_referrer_reads_the_answer(
    world: World, signed_in: Signed
) -> None:
    made = world.refer()
    url = f"/referrals/{made.reference}"
    client = signed_in(world.triager)
    answer = client.post(url, decision(world))
    assert (answer.status_code, answer["Location"]) == (302, url)
    case = Case.objects.get()
    assert {place.person for place in case.places.all()} == {world.child, world.sibling}
    decided = text_of(client.get(url))
    assert "Needs more than one agency" in decided
    assert f"Case {case.reference} opened" in decided
    # The hub's sight has ended with its decision: the text stays, the children go.
    assert "Robin" not in decided
    assert "Seen in the park" not in decided
    assert world.child.reference in decided
    referrer = text_of(signed_in(world.officer).get(url))
    assert "Thank you, we take it on" in referrer
    assert "Needs more than one agency" not in referrer
    assert "Robin Example" in referrer


@pytest.mark.parametrize(
    ("choice", "state"), [("decline", State.DECLINED), ("return", State.RETURNED)]
)
def test_declined_or_returned_needs_no_team(
    world: World, signed_in: Signed, choice: str, state: State
) -> None:
    made = world.refer()
    said = {"decision": choice, "reason": "Known to school", "answer": "Please tell us more"}
    assert signed_in(world.triager).post(f"/referrals/{made.reference}", said).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.answer) == (state, "Please tell us more")


def test_sent_twice_the_page_shows_the_one_decision(world: World, signed_in: Signed) -> None:
    url = f"/referrals/{world.refer().reference}"
    client = signed_in(world.triager)
    answers = [client.post(url, decision(world)) for _ in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, url)] * 2
    assert Case.objects.count() == 1


def test_somebody_faster_is_shown_not_an_error(world: World, signed_in: Signed) -> None:
    made = world.refer()

    def too_late(*args: object, **kwargs: object) -> None:
        Referral.objects.filter(pk=made.pk).update(
            state=State.DECLINED,
            decided_at=clock.now(),
            decided_by=world.triager,
            decision_reason="x",
            answer="x",
        )
        raise ValidationError("Tia Triage has already decided")

    with patch("referrals.commands.accept", too_late):
        answer = signed_in(world.triager).post(f"/referrals/{made.reference}", decision(world))
    assert (answer.status_code, answer["Location"]) == (302, f"/referrals/{made.reference}")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"decision": ""}, "decision"),
        ({"decision": "escalate"}, "decision"),
        ({"reason": ""}, "reason"),
        ({"answer": " "}, "answer"),
        ({"family_name": ""}, "family_name"),
        ({"family_name": "x" * 81}, "family_name"),
        ({"team": ""}, "team"),
        ({"team": "9" * 30}, "team"),
        ({"lead_worker": ""}, "lead_worker"),
        ({"lead_worker": "none"}, "lead_worker"),
    ],
)
def test_what_a_decision_lacks_is_said_at_its_field(
    world: World, signed_in: Signed, changed: dict[str, object], field: str
) -> None:
    made = world.refer()
    page = signed_in(world.triager).post(f"/referrals/{made.reference}", decision(world, **changed))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "Robin Example" in text_of(page)
    made.refresh_from_db()
    assert made.is_waiting


def test_the_lead_worker_must_be_in_the_team(world: World, signed_in: Signed) -> None:
    other = factories.user(Role.LEAD_WORKER, teams=(factories.team(),))
    made = world.refer()
    page = signed_in(world.triager).post(
        f"/referrals/{made.reference}", decision(world, lead_worker=other.pk)
    )
    assert list(page.context["form"].errors) == ["lead_worker"]
    hub_as_team = decision(world, team=world.hub.pk)
    page = signed_in(world.triager).post(f"/referrals/{made.reference}", hub_as_team)
    assert list(page.context["form"].errors) == ["team"]


def test_strangers_find_no_referral_and_the_referrer_does_not_decide(
    world: World, signed_in: Signed
) -> None:
    url = f"/referrals/{world.refer().reference}"
    school = factories.agency(AgencyKind.SCHOOL)
    other_hub = factories.team(is_hub=True)
    for stranger in (
        factories.user(Role.OFFICER),
        factories.user(Role.PARTNER_PRACTITIONER, agency=school),
        factories.user(Role.TRIAGE_WORKER, teams=(other_hub,)),
    ):
        client = signed_in(stranger)
        assert client.get(url).status_code == 404
        assert client.post(url, decision(world)).status_code == 404
    assert signed_in(world.officer).post(url, decision(world)).status_code == 403
    accounts.commands.leave_team(world.triager, world.hub, by=factories.administrator())
    assert signed_in(world.triager).get(url).status_code == 404
    assert signed_in(world.triager).get(f"/referrals/R-{'9' * 18}").status_code == 404
    assert not Case.objects.exists()


def test_who_is_in_the_hub_and_does_not_triage_reads_without_a_form(
    world: World, signed_in: Signed
) -> None:
    nurse = factories.user(
        Role.PARTNER_PRACTITIONER, agency=world.triager.agency, teams=(world.hub,)
    )
    url = f"/referrals/{world.refer().reference}"
    page = signed_in(nurse).get(url)
    assert "Seen in the park" in text_of(page)
    assert "Record the decision" not in text_of(page)
    assert signed_in(nurse).post(url, decision(world)).status_code == 403
