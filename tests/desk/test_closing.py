"""The pages that review a case and close it."""

from datetime import timedelta
from typing import Any

import pytest

import cases.commands
import clock
from accounts.models import Role
from audit.models import Entry, Kind
from cases.models import Case, CaseChild, Flag, Review
from cases.signals import case_closing
from partners.models import Share
from tests import factories
from tests.desk.pages import Signed, text_of
from tests.partners.conftest import World, build_world


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    with clock.at(clock.now() - timedelta(weeks=7)):
        return build_world()


def places(world: World) -> list[CaseChild]:
    return list(world.case.places.select_related("person").order_by("pk"))


def date_parts(name: str, day: Any) -> dict[str, str]:
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }


def reviewed(world: World, **changed: object) -> dict[str, object]:
    """What the form of a review sends, but for what is changed."""
    robin, sam = places(world)
    today = clock.today()
    said = {
        **date_parts("held_on", today),
        "attended": "Robin, Mum and the school",
        f"progress_{robin.pk}": "Eats breakfast at school",
        f"voice_{robin.pk}": "Toast is the best part of the day",
        f"progress_{sam.pk}": "Settled",
        f"voice_why_not_{sam.pk}": "Was asleep",
        **date_parts("next_on", today + timedelta(weeks=6)),
    }
    return said | changed


def closed(world: World, **changed: object) -> dict[str, object]:
    """What the form of a closure sends, but for what is changed."""
    said: dict[str, object] = {"reason": "needs met", "outcome": "Home is calm"}
    for place in places(world):
        said |= {f"needs_met_{place.pk}": "all", f"stays_in_place_{place.pk}": "Breakfast club"}
    return said | changed


def address(world: World, page: str = "") -> str:
    return f"/cases/{world.case.reference}{page}"


def looks(world: World, verb: str) -> list[Entry]:
    return list(
        Entry.objects.filter(user_id=world.lead_worker.pk, verb=verb, kind=Kind.CONSULTATION)
    )


# --- a review


def test_the_form_comes_with_today_and_six_weeks_on(world: World, signed_in: Signed) -> None:
    page = signed_in(world.lead_worker).get(address(world, "/reviews/new"))
    shown = page.content.decode()
    for value in ("24", "11", "2026", "5", "1", "2027"):
        assert f'value="{value}"' in shown
    assert "What has changed for Robin?" in shown
    assert "In Sam’s own words" in shown
    (entry,) = looks(world, "review_new")
    assert entry.persons == sorted([world.child.pk, world.sibling.pk])


def test_a_review_is_kept_and_stands_on_the_case_page_in_the_child_s_words(
    world: World, signed_in: Signed
) -> None:
    client = signed_in(world.lead_worker)
    assert "Next review Late Due by 17 November 2026" in text_of(client.get(address(world)))
    answer = client.post(address(world, "/reviews/new"), reviewed(world), follow=True)
    shown = text_of(answer)
    for words in (
        "The review is kept. The next one is due by 5 January 2027.",
        "Next review Due by 5 January 2027",
        "Reviews 24 November 2026 Took part: Robin, Mum and the school",
        "Eats breakfast at school Toast is the best part of the day",
        "Settled Not asked: Was asleep",
    ):
        assert words in shown
    client.post(address(world, "/reviews/new"), reviewed(world))  # a double click
    assert Review.objects.count() == 1


def test_earlier_reviews_are_folded_away(world: World, signed_in: Signed) -> None:
    client = signed_in(world.lead_worker)
    earlier = clock.today() - timedelta(weeks=3)
    client.post(address(world, "/reviews/new"), reviewed(world, **date_parts("held_on", earlier)))
    client.post(address(world, "/reviews/new"), reviewed(world))
    shown = text_of(client.get(address(world)))
    assert shown.index("24 November 2026 Took") < shown.index("Earlier reviews")
    assert shown.index("Earlier reviews") < shown.index("3 November 2026 Took")


def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    world: World, signed_in: Signed
) -> None:
    robin, sam = places(world)
    client = signed_in(world.lead_worker)
    tomorrow, late = clock.today() + timedelta(days=1), clock.today() + timedelta(weeks=13)
    for changed, words in (
        ({f"progress_{robin.pk}": ""}, "Say what has changed for Robin"),
        ({f"voice_why_not_{sam.pk}": " "}, "Write what Sam says, or why they were not asked"),
        ({"attended": ""}, "Say who took part"),
        (date_parts("held_on", tomorrow), "must be the same as or before 24 November 2026"),
        (date_parts("next_on", late), "The next review must be the same as or before"),
        (date_parts("next_on", clock.today()), "Enter a day after this review"),
        ({"next_on-day": "thirty"}, "The next review must"),
    ):
        answer = client.post(address(world, "/reviews/new"), reviewed(world, **changed))
        assert answer.status_code == 422
        shown = answer.content.decode()
        assert shown.count(words) == 2, words  # in the summary and at the field
        if f"progress_{robin.pk}" not in changed:
            assert "Eats breakfast at school" in shown
        assert "<title>Error: " in shown
    assert not Review.objects.exists()


def test_another_review_of_the_same_day_is_refused_at_the_day(
    world: World, signed_in: Signed
) -> None:
    client = signed_in(world.lead_worker)
    client.post(address(world, "/reviews/new"), reviewed(world))
    answer = client.post(address(world, "/reviews/new"), reviewed(world, attended="Others"))
    assert answer.status_code == 422
    assert "A review of 24 November 2026 is kept already" in text_of(answer)


def test_a_school_at_the_table_reads_its_child_s_part_alone(
    world: World, signed_in: Signed
) -> None:
    signed_in(world.lead_worker).post(address(world, "/reviews/new"), reviewed(world))
    world.share(sections=["summary", "chronology", "plan"])
    unseated = text_of(signed_in(world.teacher).get(address(world)))
    assert "reviewed. Next review by 5 January 2027" in unseated
    for hidden in ("Toast is the best", "Reviews", "Took part", "Review the case", "Next review D"):
        assert hidden not in unseated
    cases.commands.seat(places(world)[0], world.teacher, role="tutor", by=world.lead_worker)
    seated = text_of(signed_in(world.teacher).get(address(world)))
    assert "Toast is the best part of the day" in seated
    for hidden in ("Sam", "Settled", "Took part", "Review the case", "Close the case"):
        assert hidden not in seated


def test_the_caseload_says_when_each_review_is_due(world: World, signed_in: Signed) -> None:
    client = signed_in(world.lead_worker)
    assert "Late Review due by 17 November 2026" in text_of(client.get("/cases"))
    client.post(address(world, "/reviews/new"), reviewed(world))
    shown = text_of(client.get("/cases"))
    assert "Review due by 5 January 2027" in shown
    assert "Late" not in shown


@pytest.mark.parametrize("page", ["/reviews/new", "/close"])
def test_who_may_be_told_stands_with_the_child_before_anything_is_written(
    world: World, signed_in: Signed, page: str
) -> None:
    factories.safe_to_tell(world.child, never="Never tell the father")
    shown = text_of(signed_in(world.lead_worker).get(address(world, page)))
    assert shown.count("Never tell the father") == 1
    assert shown.index("Never tell the father") < shown.index("for Robin?")


# --- closing


def test_what_stands_in_the_way_is_listed_with_where_to_go(world: World, signed_in: Signed) -> None:
    action = cases.commands.set_action(
        world.place, what="Ring home", owner=world.lead_worker, due_on=clock.today(),
        by=world.lead_worker,
    )  # fmt: skip
    factories.contact(world.sibling, by=world.lead_worker, safe_now="no")
    flag = Flag.objects.get()

    def mentoring(**_: object) -> list[str]:
        return ["End Robin’s mentoring first"]

    case_closing.connect(mentoring)
    try:
        page = signed_in(world.lead_worker).get(address(world, "/close"))
    finally:
        case_closing.disconnect(mentoring)
    shown = text_of(page)
    assert f"F-{flag.pk} of Sam is open: it must be answered first. A supervisor" in shown
    assert "The action for Robin, ‘Ring home’, is not done" in shown
    assert "End Robin’s mentoring first" in shown
    assert f'href="/actions/{action.pk}"' in page.content.decode()
    # The lead worker may not answer flags.
    assert f'href="/flags/{flag.pk}"' not in page.content.decode()
    # Nobody types what would be refused.
    assert "Why does it close?" not in shown
    answer = signed_in(world.lead_worker).post(address(world, "/close"), closed(world))
    assert answer.status_code == 422
    assert text_of(answer).count("Ring home") == 3  # summary, list, above the button
    assert "Home is calm" in answer.content.decode()


def test_it_closes_and_the_page_says_what_came_of_it(world: World, signed_in: Signed) -> None:
    world.share()
    client = signed_in(world.lead_worker)
    form = text_of(client.get(address(world, "/close")))
    assert "sharing with Northfield Academy ends" in form
    shown = text_of(client.post(address(world, "/close"), closed(world), follow=True))
    for words in (
        f"Case {world.case.reference} is closed. Partners see nothing of it from now on.",
        "Closed 24 November 2026 by Lee Leader",
        "Why Needs met, and likely to stay so",
        "What came of it Home is calm",
        "Needs met: all of them. What stays in place: Breakfast club",
    ):
        assert words in shown
    for gone in (
        "Review the case",
        "Close the case",
        "Set an action",
        "Share about",
        "End sharing",
    ):
        assert gone not in shown
    assert world.case.reference not in text_of(client.get("/cases"))
    assert not Share.objects.live().exists()
    assert signed_in(world.teacher).get(address(world)).status_code == 404
    (entry, *_) = looks(world, "case_close")
    assert entry.persons == sorted([world.child.pk, world.sibling.pk])


def test_closed_twice_and_old_links_lead_to_the_case(world: World, signed_in: Signed) -> None:
    client = signed_in(world.lead_worker)
    assert client.post(address(world, "/close"), closed(world)).status_code == 302
    again = client.post(address(world, "/close"), closed(world, outcome="Otherwise"))
    assert (again.status_code, again.headers["Location"]) == (302, address(world))
    assert Case.objects.get(pk=world.case.pk).outcome == "Home is calm"
    for path in (
        address(world, "/close"),
        address(world, "/reviews/new"),
        f"/places/{world.place.pk}/actions/new",
        f"/places/{world.place.pk}/shares/new",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, address(world)), path


def test_what_is_sent_to_a_closed_case_is_refused_and_not_lost(
    world: World, signed_in: Signed
) -> None:
    client = signed_in(world.lead_worker)
    client.post(address(world, "/close"), closed(world))
    answer = client.post(
        f"/places/{world.place.pk}/actions/new",
        {"what": "Ring home", "owner": world.lead_worker.pk, **date_parts("due_on", clock.today())},
    )
    assert answer.status_code == 422
    assert "closed on 24 November 2026: nothing new can be added to it" in text_of(answer)
    assert "Ring home" in answer.content.decode()
    answer = client.post(address(world, "/reviews/new"), reviewed(world))
    assert answer.status_code == 422
    assert "closed on 24 November 2026: nothing new can be added to it" in text_of(answer)


def test_what_is_missing_is_said_at_the_field(world: World, signed_in: Signed) -> None:
    robin, _ = places(world)
    client = signed_in(world.lead_worker)
    for changed, words in (
        ({"reason": ""}, "Choose why the case closes"),
        ({"reason": "bored"}, "Choose one of the answers listed"),
        ({"outcome": " "}, "Write what came of the help"),
        ({f"needs_met_{robin.pk}": ""}, "Choose how many of Robin’s needs are met"),
        ({f"stays_in_place_{robin.pk}": ""}, "Say what stays in place for Robin"),
        ({f"stays_in_place_{robin.pk}": "x" * 501}, "500 characters or fewer"),
    ):
        answer = client.post(address(world, "/close"), closed(world, **changed))
        assert answer.status_code == 422
        assert answer.content.decode().count(words) >= 2, words
    assert Case.objects.get(pk=world.case.pk).is_open


def test_who_does_not_run_it_is_told_no_more_than_before(world: World, signed_in: Signed) -> None:
    world.share()
    for page in ("/close", "/reviews/new"):
        assert signed_in(world.teacher).get(address(world, page)).status_code == 403
        for stranger in (world.volunteer, factories.user(Role.LEAD_WORKER)):
            assert signed_in(stranger).post(address(world, page)).status_code == 404
