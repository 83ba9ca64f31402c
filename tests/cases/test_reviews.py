"""Reviews: kept once, with each child's own words, and the next one in time."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Role
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry, Kind
from cases.models import Case, CaseChild, ChronologyEvent, EventKind, Review, ReviewedPlace
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("held_clock")

TODAY = date(2026, 11, 24)


def family(*forenames: str) -> Case:
    """A case of these children that opened eight weeks ago."""
    with clock.at(clock.now() - timedelta(weeks=8)):
        return factories.case(*(factories.child(name) for name in forenames))


def places(case: Case) -> list[CaseChild]:
    return list(case.places.select_related("person").order_by("pk"))


def review(case: Case, **changed: Any) -> Review:
    said = {
        "held_on": clock.today(),
        "attended": "Mother, school, lead worker",
        "places": [(place, "Sleeps better", "I like mornings now", "") for place in places(case)],
        "by": case.lead_worker,
    }
    return cases.commands.review_case(case, **said | changed)


def refused(case: Case, **changed: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        review(case, **changed)
    return error.value.message_dict


def test_what_a_review_found_is_kept_child_by_child(db: None) -> None:
    case = family("Milo", "Iris")
    milo, iris = places(case)
    kept = review(
        case,
        places=[
            (milo, " In school every day ", "I have a friend", ""),
            (iris, "Still afraid at night", "", "Too young to be asked"),
        ],
    )
    assert kept.next_on == date(2027, 1, 5)  # six weeks later
    found = {each.place: each for each in kept.places.all()}
    assert (found[milo].progress, found[milo].voice) == ("In school every day", "I have a friend")
    assert found[iris].voice_why_not == "Too young to be asked"
    for place, detail in (
        (milo, "In school every day\n\nThe child’s words: I have a friend"),
        (iris, "Still afraid at night\n\nNot asked: Too young to be asked"),
    ):
        line = ChronologyEvent.objects.get(person=place.person, kind=EventKind.REVIEW)
        assert line.says == f"Case {case.reference} reviewed. Next review by 5 January 2027"
        assert (line.detail, line.place, line.police_only) == (detail, place, False)
    entry = Entry.objects.get(verb="review case")
    assert entry.persons == sorted([milo.person_id, iris.person_id])
    assert entry.records == {"case": case.pk, "review": kept.pk}


def test_a_review_of_a_day_before_stands_on_that_day(db: None) -> None:
    case = family("Milo")
    review(case, held_on=TODAY - timedelta(days=3))
    line = ChronologyEvent.objects.get(kind=EventKind.REVIEW)
    assert clock.london_date(line.occurred_at) == TODAY - timedelta(days=3)
    assert line.recorded_at == clock.now()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"held_on": TODAY + timedelta(days=1)}, "held_on"),
        ({"held_on": TODAY - timedelta(weeks=8, days=1)}, "held_on"),
        ({"attended": " "}, "attended"),
        ({"next_on": TODAY}, "next_on"),
        ({"next_on": TODAY + timedelta(weeks=12, days=1)}, "next_on"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    db: None, changed: dict[str, Any], field: str
) -> None:
    assert list(refused(family("Milo"), **changed)) == [field]
    assert not Review.objects.exists()


def test_the_first_and_the_last_day_that_fit_are_taken(db: None) -> None:
    case = family("Milo")
    opened_on = TODAY - timedelta(weeks=8)
    assert review(case, held_on=opened_on, next_on=opened_on + timedelta(days=1))
    assert review(case, next_on=TODAY + timedelta(weeks=12))


def test_each_child_s_progress_and_voice_are_asked_for(db: None) -> None:
    case = family("Milo", "Iris")
    milo, iris = places(case)
    said = refused(case, places=[(milo, " ", "Fine", ""), (iris, "Better", " ", " ")])
    assert said == {
        f"progress_{milo.pk}": ["Say what has changed for Milo."],
        f"voice_{iris.pk}": ["Write what Iris says, or why they were not asked."],
    }
    assert set(refused(case, places=[])) == {
        f"{field}_{place.pk}" for place in (milo, iris) for field in ("progress", "voice")
    }


def test_a_child_who_has_left_the_case_is_not_asked_for(db: None) -> None:
    case = family("Milo", "Iris")
    milo, iris = places(case)
    iris.left_at = clock.now()
    iris.save()
    kept = review(case, places=[(milo, "Better", "Fine", "")])
    assert [each.place for each in kept.places.all()] == [milo]


def test_the_database_itself_wants_a_voice_or_why_not(db: None) -> None:
    case = family("Milo")
    kept = review(case)
    with pytest.raises(IntegrityError, match="voice"), transaction.atomic():
        ReviewedPlace.objects.filter(review=kept).update(voice="", voice_why_not="")


def test_sent_twice_it_is_one(db: None) -> None:
    case = family("Milo")
    first = review(case)
    assert review(case) == first
    assert Entry.objects.filter(verb="review case").count() == 1
    with clock.at(clock.now() + timedelta(minutes=5)):
        other = factories.user(Role.LEAD_WORKER, teams=(case.team,))
        for changed in ({"attended": "Somebody else"}, {"by": other}):
            assert "is kept already" in refused(case, **changed)["held_on"][0]
    assert Review.objects.count() == 1


def test_two_at_once_are_one(committing: None) -> None:
    case = family("Milo")
    answers = at_once(Case.objects.filter(pk=case.pk), *[lambda: review(case)] * 2)
    assert answers[0] == answers[1]
    assert Review.objects.count() == 1
    assert ChronologyEvent.objects.filter(kind=EventKind.REVIEW).count() == 1


def test_only_who_runs_the_case_reviews_it(db: None) -> None:
    case = family("Milo")
    for stranger in (
        factories.user(Role.OFFICER),
        factories.user(Role.LEAD_WORKER, teams=(factories.team(),)),
    ):
        with pytest.raises(NotVisible):
            review(case, by=stranger)
    school = factories.agency(AgencyKind.SCHOOL)
    tutor = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    cases.commands.seat(places(case)[0], tutor, role="tutor", by=case.lead_worker)
    with pytest.raises(NotAllowed):
        review(case, by=tutor)


def test_who_reads_a_review(db: None) -> None:
    case = family("Milo", "Iris")
    milo, iris = places(case)
    review(case)
    (found,) = cases.queries.reviews(case, viewer=case.lead_worker)
    assert [each.place for each in found.places.all()] == [milo, iris]
    school = factories.agency(AgencyKind.SCHOOL)
    tutor, other = (factories.user(Role.PARTNER_PRACTITIONER, agency=school) for _ in range(2))
    cases.commands.seat(milo, tutor, role="tutor", by=case.lead_worker)
    (found,) = cases.queries.reviews(case, viewer=tutor)
    assert [each.place for each in found.places.all()] == [milo]
    # To do something for the child opens the plan, and not what was said at the table.
    cases.commands.set_action(
        milo, what="Greet", owner=other, due_on=clock.today(), by=case.lead_worker
    )
    for viewer in (other, factories.user(Role.OFFICER)):
        assert not cases.queries.reviews(case, viewer=viewer)


def test_the_team_of_another_agency_that_runs_a_case_reads_its_own_reviews(db: None) -> None:
    council = factories.agency(AgencyKind.EARLY_HELP)
    team = factories.team(agency=council)
    with clock.at(clock.now() - timedelta(days=1)):
        case = factories.case(factories.child(), team=team, lead_worker=factories.user(
            Role.LEAD_WORKER, agency=council, teams=(team,)
        ))  # fmt: skip
    review(case)
    (found,) = cases.queries.reviews(case, viewer=case.lead_worker)
    assert found.places.count() == 1
    assert list(found.places.all())


def test_the_next_review_is_due_six_weeks_after_opening_then_when_the_last_one_says(
    db: None,
) -> None:
    case, fresh = family("Milo"), factories.case(factories.child("Kit"))
    due = cases.queries.review_due(case, viewer=case.lead_worker)
    assert (due.on, due.is_late) == (TODAY - timedelta(weeks=2), True)
    due = cases.queries.review_due(fresh, viewer=fresh.lead_worker)
    assert (due.on, due.is_late) == (TODAY + timedelta(weeks=6), False)
    review(case, next_on=TODAY + timedelta(weeks=4))
    review(case, held_on=TODAY - timedelta(days=9), next_on=TODAY)  # told later, held before
    found = cases.queries.reviews_due([case, fresh], viewer=case.lead_worker)
    assert found[case.pk].on == TODAY + timedelta(weeks=4)
    assert found[fresh.pk].on == TODAY + timedelta(weeks=6)
    with clock.at(clock.now() + timedelta(weeks=4)):
        assert not cases.queries.review_due(case, viewer=case.lead_worker).is_late
    with clock.at(clock.now() + timedelta(weeks=4, days=1)):
        assert cases.queries.review_due(case, viewer=case.lead_worker).is_late


def test_the_lead_worker_is_told_from_a_week_before(db: None) -> None:
    with clock.at(clock.now() - timedelta(days=34)):  # due in 8 days
        case = factories.case(factories.child())
    colleague = factories.user(Role.LEAD_WORKER, teams=(case.team,))
    assert not cases.queries.cases_to_review(viewer=case.lead_worker)
    with clock.at(clock.now() + timedelta(days=1)):
        assert list(cases.queries.cases_to_review(viewer=case.lead_worker)) == [case]
        assert not cases.queries.cases_to_review(viewer=colleague)
        review(case)
        assert not cases.queries.cases_to_review(viewer=case.lead_worker)
    with clock.at(clock.now() + timedelta(weeks=6)):
        assert list(cases.queries.cases_to_review(viewer=case.lead_worker)) == [case]


def test_an_entry_is_collection(db: None) -> None:
    review(family("Milo"))
    assert Entry.objects.get(verb="review case").kind == Kind.COLLECTION
