"""Facts and their changes, and the prompts that wait for a person."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import Role, User
from audit.denied import NotAllowed, NotVisible
from cases.commands import ChildSeen, Told
from cases.matching.keys import Described
from cases.models import Observation, ObservationState, Prompt
from cases.signals import facts_changed
from tests import factories

pytestmark = pytest.mark.usefixtures("held_clock")


def observed(code: str, by: User, **changes: object) -> Observation:
    given = {"observed_on": clock.today(), "source": "contact"} | changes
    return cases.commands.observe(factories.child(), factories.indicator(code), by=by, **given)


def test_changes_keep_how_it_stood_before(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    observation = observed("SCH01", officer)
    later = clock.now() + timedelta(hours=2)
    with clock.at(later):
        cases.commands.change_severity(observation, severity=3, reason="Register", by=officer)
    states = ObservationState.objects.filter(observation=observation).order_by("recorded_at")
    assert [(s.recorded_at, s.severity) for s in states] == [
        (observation.recorded_at, 2),
        (later, 3),
    ]


def test_every_change_tells_the_floors_above_once(db: None) -> None:
    heard: list[list[int]] = []
    facts_changed.connect(listener := lambda person_ids, **_: heard.append(person_ids))
    officer = factories.user(Role.OFFICER)
    observation = observed("SCH01", officer)
    cases.commands.void(observation, reason="Wrong child", by=officer)
    facts_changed.disconnect(listener)
    assert heard == [[observation.person_id]] * 2
    observation.person.refresh_from_db()
    assert observation.person.facts_version == 2


def test_a_voided_observation_changes_no_more(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    observation = cases.commands.void(observed("SCH01", officer), reason="Wrong child", by=officer)
    with pytest.raises(ValidationError, match="voided"):
        cases.commands.change_severity(observation, severity=3, reason="", by=officer)


def test_only_what_endures_ends_or_is_reconfirmed(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    with pytest.raises(ValidationError, match="enduring"):
        cases.commands.end_observation(
            observed("SCH01", officer), ended_on=clock.today(), reason="", by=officer
        )
    strength = observed("P01", officer)
    cases.commands.reconfirm(strength, confirmed_on=clock.today(), by=officer)
    with pytest.raises(ValidationError) as refused:
        cases.commands.end_observation(
            strength, ended_on=clock.today() + timedelta(days=1), reason="", by=officer
        )
    assert "ended_on" in refused.value.message_dict


def imported(word: str, code: str, days_ago: int, area: str = "NBA1") -> Prompt:
    system = accounts.commands.system()
    told = Told(
        source="records system",
        source_ref=f"{word} {days_ago}",
        occurred_at=clock.now() - timedelta(days=days_ago),
        contact_type="Child concern",
        narrative="text",
        area=factories.area(area),
        children=[
            ChildSeen(
                Described("Example", "Robin"),
                words=[(word, factories.indicator(code) if code else None)],
            )
        ],
    )
    return cases.commands.record_contact(told, by=system).prompts.get()


@pytest.mark.parametrize(
    ("word", "code", "days_ago", "grave", "climbs"),
    [
        ("neglect", "FAM02", 2, True, True),
        ("neglect", "FAM02", 8, True, False),
        ("exploitation", "", 2, True, True),
        ("poor attendance", "SCH01", 2, False, False),
    ],
)
def test_a_grave_word_has_a_clock(
    db: None, word: str, code: str, days_ago: int, grave: bool, climbs: bool
) -> None:
    prompt = imported(word, code, days_ago)
    assert (prompt.is_grave, prompt.climbs) == (grave, climbs)
    if grave and not climbs:
        assert prompt.due_at == clock.end_of_next_working_day(clock.now())


def test_an_unanswered_grave_prompt_climbs_like_a_flag(db: None) -> None:
    prompt = imported("neglect", "FAM02", 2)
    cases.commands.climb(by=accounts.commands.system())
    assert [call.post for call in prompt.calls.all()] == ["Control room"]


def supervisor(area: str = "NBA1") -> User:
    return factories.user(Role.SUPERVISOR, teams=(factories.team(area=factories.area(area)),))


def test_a_prompt_scores_nothing_until_it_is_confirmed(db: None) -> None:
    prompt = imported("poor attendance", "SCH01", 2)
    assert not Observation.objects.exists()
    done = cases.commands.confirm_prompt(prompt, indicator=prompt.indicator, by=supervisor())
    observation = done.observation
    assert (observation.severity, observation.confidence) == (2, "reported")
    assert observation.observed_on == clock.london_date(prompt.contact.occurred_at)


def test_dropping_needs_a_reason(db: None) -> None:
    with pytest.raises(ValidationError) as refused:
        cases.commands.drop_prompt(imported("neglect", "FAM02", 2), reason=" ", by=supervisor())
    assert "reason" in refused.value.message_dict


def test_decided_by_two_the_second_learns_who_was_first(db: None) -> None:
    prompt, first = imported("neglect", "FAM02", 2), supervisor()
    cases.commands.drop_prompt(prompt, reason="Not this child", by=first)
    with pytest.raises(ValidationError, match=first.name):
        cases.commands.confirm_prompt(prompt, indicator=prompt.indicator, by=supervisor())


def test_prompts_wait_for_supervisors_of_their_area(db: None) -> None:
    prompt = imported("neglect", "FAM02", 2, area="NBA1")
    assert list(cases.queries.prompts(viewer=supervisor("NBA1"))) == [prompt]
    with pytest.raises(NotVisible):
        cases.queries.prompt(prompt.pk, viewer=supervisor("NBB1"))
    with pytest.raises(NotAllowed):
        cases.commands.drop_prompt(prompt, reason="x", by=factories.user(Role.OFFICER))
