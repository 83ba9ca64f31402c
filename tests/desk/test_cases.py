"""The caseload, the family's case with each child's own place, and the actions of a plan."""

from datetime import timedelta

import pytest
from django.http import HttpResponse

import accounts.commands
import cases.commands
import clock
import partners.commands
import partners.queries
from accounts.models import Notification, Role, User
from audit.models import Entry, Kind
from cases.models import Action
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import World, build_world


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


def set_action(world: World, **changed: object) -> Action:
    said = {
        "what": "Meet at the gate",
        "owner": world.lead_worker,
        "due_on": clock.today() + timedelta(days=3),
        "by": world.lead_worker,
    }
    return cases.commands.set_action(world.place, **said | changed)


def typed(world: World, **changed: object) -> dict[str, object]:
    said = {
        "what": "Meet at the gate",
        "owner": world.lead_worker.pk,
        "due_on-day": "27",
        "due_on-month": "11",
        "due_on-year": "2026",
    }
    return said | changed


def looks(user: User, verb: str) -> list[Entry]:
    return list(Entry.objects.filter(user_id=user.pk, verb=verb, kind=Kind.CONSULTATION))


# --- the caseload


def test_the_caseload_says_whose_case_it_is_and_what_is_due(
    world: World, signed_in: Signed
) -> None:
    set_action(world, what="Later", due_on=clock.today() + timedelta(days=9))
    set_action(world, what="Sooner")
    shown = text_of(signed_in(world.lead_worker).get("/cases"))
    assert f"{world.case.reference} Example Robin Example, Sam Example" in shown
    assert "Next: Sooner, Lee Leader, by 27 November 2026" in shown
    (entry,) = looks(world.lead_worker, "cases")
    assert entry.persons == sorted([world.child.pk, world.sibling.pk])
    assert entry.records == {"cases": [world.case.pk]}
    with clock.at(clock.now() + timedelta(days=4)):
        assert "Late Next: Sooner" in text_of(signed_in(world.lead_worker).get("/cases"))


def test_another_team_s_case_is_not_in_it_and_the_role_is_needed(
    world: World, signed_in: Signed
) -> None:
    other = factories.user(Role.LEAD_WORKER, teams=(factories.team(),))
    shown = text_of(signed_in(other).get("/cases"))
    assert "You have no open case" in shown
    assert world.case.reference not in shown
    for user in (factories.user(Role.OFFICER), world.teacher):
        assert signed_in(user).get("/cases").status_code == 403


def test_many_cases_go_on_the_next_page(world: World, signed_in: Signed) -> None:
    for number in range(25):
        with clock.at(clock.now() + timedelta(minutes=number + 1)):
            factories.case(
                factories.child(f"Kit{number}"), team=world.case.team, lead_worker=world.lead_worker
            )
    client = signed_in(world.lead_worker)
    with clock.at(clock.now() + timedelta(hours=1)):
        first = client.get("/cases")
        second = client.get(first.context["page"].older)
    assert len(first.context["lines"]) == 25
    assert world.case.reference not in text_of(first)
    assert [line.case for line in second.context["lines"]] == [world.case]


# --- the case


def test_whoever_runs_the_case_sees_every_child_s_place(world: World, signed_in: Signed) -> None:
    set_action(world)
    world.share()
    world.contribute(voice="I like mornings")
    page = signed_in(world.lead_worker).get(f"/cases/{world.case.reference}")
    shown = text_of(page)
    for words in (
        f"Case {world.case.reference}: Example",
        "Robin Example, 13",
        "Sam Example",
        "To do Meet at the gate Lee Leader",
        "Team around Robin Example Lee Leader, lead worker",
        "Northfield Academy They see Summary, Plan",
        "Until the end of 24 December 2026",
        "Late three times this week",
        "I like mornings",
        "Set an action for Robin Example",
        "Share about Robin Example",
        "End sharing with Northfield Academy",
    ):
        assert words in shown
    (entry,) = looks(world.lead_worker, "case")
    assert entry.persons == sorted([world.child.pk, world.sibling.pk])
    assert (entry.records, entry.sections) == ({"case": world.case.pk}, ["full"])
    assert entry.ground == "case team, task"


def test_a_school_sees_one_child_s_sections_and_nothing_else(
    world: World, signed_in: Signed
) -> None:
    set_action(world)
    world.share()
    factories.contact(world.child, by=world.lead_worker, narrative="Not for the school")
    page = signed_in(world.teacher).get(f"/cases/{world.case.reference}")
    shown = text_of(page)
    assert "Robin is often hungry after the weekend" in shown
    assert "Meet at the gate" in shown
    assert "You see summary and plan until the end of 24 December 2026" in shown
    assert "Add what we know" in shown
    everything = page.content.decode()
    for hidden in (
        "Sam",
        "Not for the school",
        "Chronology",
        "Shared with</h3>",
        "Team around",
        "End sharing",
        f"{world.case.reference}: ",
        f"place-{factories.place(world.sibling, world.case).pk}",
    ):
        assert hidden not in everything
    (entry,) = looks(world.teacher, "case")
    assert entry.persons == [world.child.pk]
    assert (entry.sections, entry.ground) == (["plan", "summary"], "share")


def test_a_plan_that_was_not_shared_is_not_there(world: World, signed_in: Signed) -> None:
    action = set_action(world)
    world.share(sections=["summary"])
    shown = text_of(signed_in(world.teacher).get(f"/cases/{world.case.reference}"))
    assert "Meet at the gate" not in shown
    assert "Plan" not in shown
    assert signed_in(world.teacher).get(f"/actions/{action.pk}").status_code == 404
    assert signed_in(world.teacher).get(f"/places/{world.place.pk}/actions/new").status_code == 404


def test_what_another_case_opens_stays_there(world: World, signed_in: Signed) -> None:
    world.share(sections=["summary"])
    other = factories.case(world.child, team=world.case.team, lead_worker=world.lead_worker)
    place = factories.place(world.child, other)
    action = cases.commands.set_action(
        place, what="Walk home together", owner=world.teacher, due_on=clock.today(),
        by=world.lead_worker,
    )  # fmt: skip
    client = signed_in(world.teacher)
    there = text_of(client.get(f"/cases/{other.reference}"))
    assert "Walk home together" in there
    assert "Summary" not in there
    here = text_of(client.get(f"/cases/{world.case.reference}"))
    assert "Robin is often hungry" in here
    assert "Plan" not in here
    assert client.get(f"/actions/{action.pk}").status_code == 200


def test_the_team_around_a_child_knows_itself(world: World, signed_in: Signed) -> None:
    cases.commands.seat(world.place, world.teacher, role="tutor", by=world.lead_worker)
    shown = text_of(signed_in(world.teacher).get(f"/cases/{world.case.reference}"))
    assert "Tess Teacher, tutor, Northfield Academy" in shown
    assert "Sam Example" not in shown


def test_an_open_flag_stands_above_the_plan(world: World, signed_in: Signed) -> None:
    factories.contact(world.child, by=world.lead_worker, safe_now="no")
    shown = text_of(signed_in(world.lead_worker).get(f"/cases/{world.case.reference}"))
    assert shown.count("Safeguarding: answer now") == 1
    assert shown.index("Safeguarding: answer now") < shown.index("Plan")


def test_strangers_find_no_case(world: World, signed_in: Signed) -> None:
    world.share()
    leaver = factories.user(Role.LEAD_WORKER, teams=(world.case.team,))
    accounts.commands.leave_team(leaver, world.case.team, by=factories.administrator())
    for user in (world.volunteer, factories.user(Role.OFFICER), leaver):
        assert signed_in(user).get(f"/cases/{world.case.reference}").status_code == 404
    client = signed_in(world.lead_worker)
    assert client.get(f"/cases/EI-{'9' * 18}").status_code == 404
    assert client.get(f"/cases/{world.case.pk}").status_code == 404


# --- actions


def test_an_action_is_set_and_its_owner_is_told(world: World, signed_in: Signed) -> None:
    colleague = factories.user(Role.OFFICER, name="Cal Colleague")
    client = signed_in(world.lead_worker)
    url = f"/places/{world.place.pk}/actions/new"
    page = client.get(url)
    assert page.status_code == 200
    # Who is on the team around the child comes first.
    owners = [words for _, words in page.context["form"].fields["owner"].choices]
    assert owners[0].startswith("Lee Leader, ")
    assert any(words.startswith("Cal Colleague") for words in owners)
    answer = client.post(url, typed(world, owner=colleague.pk))
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{world.case.reference}")
    action = Action.objects.get()
    assert (action.what, action.owner, str(action.due_on)) == (
        "Meet at the gate",
        colleague,
        "2026-11-27",
    )
    assert Notification.objects.get(user=colleague).url == f"/actions/{action.pk}"
    (entry,) = looks(world.lead_worker, "action_new")
    assert (entry.persons, entry.records) == ([world.child.pk], {"place": world.place.pk})


def test_sent_twice_one_action_is_set(world: World, signed_in: Signed) -> None:
    client = signed_in(world.lead_worker)
    for _ in range(2):
        answer = client.post(f"/places/{world.place.pk}/actions/new", typed(world))
        assert answer.status_code == 302
    action = Action.objects.get()
    cases.commands.complete_action(action, came_of_it="Met", by=world.lead_worker)
    client.post(f"/places/{world.place.pk}/actions/new", typed(world))
    assert Action.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"what": ""}, "what"),
        ({"what": "x" * 301}, "what"),
        ({"what": "\x00"}, "what"),
        ({"owner": ""}, "owner"),
        ({"owner": "9" * 30}, "owner"),
        ({"due_on-day": ""}, "due_on"),
        ({"due_on-day": "23"}, "due_on"),
        ({"due_on-year": "2028"}, "due_on"),
        ({"due_on-month": "13"}, "due_on"),
    ],
)
def test_what_an_action_lacks_is_said_at_its_field(
    world: World, signed_in: Signed, changed: dict[str, object], field: str
) -> None:
    page = signed_in(world.lead_worker).post(
        f"/places/{world.place.pk}/actions/new", typed(world, **changed)
    )
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not Action.objects.exists()


def test_an_action_goes_to_nobody_outside(world: World, signed_in: Signed) -> None:
    client = signed_in(world.lead_worker)
    commander = factories.user(Role.COMMANDER)
    for nobody in (world.volunteer, commander):
        page = client.post(f"/places/{world.place.pk}/actions/new", typed(world, owner=nobody.pk))
        assert list(page.context["form"].errors) == ["owner"]
        assert nobody.name not in text_of(page)


def test_who_may_set_an_action(world: World, signed_in: Signed) -> None:
    url = f"/places/{world.place.pk}/actions/new"
    for user, status in ((world.volunteer, 404), (factories.user(Role.OFFICER), 404)):
        assert signed_in(user).get(url).status_code == status
        assert signed_in(user).post(url, typed(world)).status_code == status
    world.lead_worker.roles = [Role.TRIAGE_WORKER]
    world.lead_worker.save()
    assert signed_in(world.lead_worker).post(url, typed(world)).status_code == 403
    assert not Action.objects.exists()


def test_its_owner_says_what_came_of_it(world: World, signed_in: Signed) -> None:
    action = set_action(world)
    client = signed_in(world.lead_worker)
    url = f"/actions/{action.pk}"
    shown = text_of(client.get(url))
    assert "To do" in shown
    assert "It is done" in shown
    (entry,) = looks(world.lead_worker, "action")
    assert (entry.persons, entry.records) == ([world.child.pk], {"action": action.pk})
    answer = client.post(url, {"came_of_it": "Met on Tuesday"})
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{world.case.reference}")
    done = text_of(client.get(url))
    assert "Met on Tuesday" in done
    assert "It is done" not in done


@pytest.mark.parametrize("came_of_it", ["", " ", "x" * 301])
def test_what_came_of_it_is_needed(world: World, signed_in: Signed, came_of_it: str) -> None:
    action = set_action(world)
    page = signed_in(world.lead_worker).post(f"/actions/{action.pk}", {"came_of_it": came_of_it})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["came_of_it"]
    action.refresh_from_db()
    assert action.done_at is None


def complete(signed_in: Signed, user: User, action: Action) -> HttpResponse:
    return signed_in(user).post(f"/actions/{action.pk}", {"came_of_it": "Done"})


def test_done_twice_by_whom_the_action_alone_let_in(world: World, signed_in: Signed) -> None:
    action = set_action(world, owner=world.teacher)
    assert signed_in(world.teacher).get(f"/actions/{action.pk}").status_code == 200
    for _ in range(2):
        answer = complete(signed_in, world.teacher, action)
        assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(world.teacher).get(f"/actions/{action.pk}").status_code == 404
    action.refresh_from_db()
    assert action.came_of_it == "Done"


def test_somebody_else_s_action_is_read_and_not_finished(world: World, signed_in: Signed) -> None:
    action = set_action(world)
    world.share()
    page = signed_in(world.teacher).get(f"/actions/{action.pk}")
    assert "It is done" not in text_of(page)
    assert complete(signed_in, world.teacher, action).status_code == 403
    assert complete(signed_in, world.volunteer, action).status_code == 404
    assert complete(signed_in, factories.user(Role.OFFICER), action).status_code == 404
    action.refresh_from_db()
    assert action.done_at is None
    partners.commands.end_share(
        partners.queries.share_of(world.place, viewer=world.teacher),
        reason="Moved",
        by=world.lead_worker,
    )
    assert signed_in(world.teacher).get(f"/actions/{action.pk}").status_code == 404
