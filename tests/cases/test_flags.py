"""The safeguarding flag: raised by the fact, climbing the rota, closed only by a named answer."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

import accounts.commands
import accounts.queries
import cases.commands
import cases.queries
import clock
from accounts.models import AgencyKind, Role, User
from audit.denied import NotAllowed, NotVisible
from cases.access import grants
from cases.access.scope import Sight
from cases.matching.keys import Described
from cases.models import EventKind, Flag, Prompt, Section
from tests import factories

pytestmark = pytest.mark.usefixtures("held_clock")


@pytest.fixture
def rota(db: None) -> dict[str, User]:
    """A sergeant at step 0, an inspector at 1, a superintendent at 3; nobody at 2."""
    posts = {"sergeant": 0, "inspector": 1, "superintendent": 3}
    users = {name: factories.user(Role.SUPERVISOR, username=name) for name in posts}
    for name, step in posts.items():
        accounts.commands.post_duty(name, step=step, user=users[name], by=factories.administrator())
    return users


def raised(code: str = "FAM01", severity: int = 2) -> Flag | None:
    officer = factories.user(Role.OFFICER)
    observation = cases.commands.observe(
        factories.child(),
        factories.indicator(code),
        observed_on=clock.today(),
        severity=severity,
        source="contact",
        by=officer,
    )
    return Flag.objects.filter(observation=observation).first()


def called(flag: Flag) -> list[str]:
    return [call.post for call in flag.calls.all()]


@pytest.mark.parametrize(
    ("code", "severity", "flagged"),
    [("FAM01", 1, True), ("EXP08", 2, True), ("IND06", 3, True), ("SCH01", 3, False), ("IND11", 3, True),
     ("IND11", 1, False), ("P01", 2, False)],
)  # fmt: skip
def test_an_immediate_trigger_raises_a_flag_whatever_the_weight(
    rota: dict[str, User], code: str, severity: int, flagged: bool
) -> None:
    assert (raised(code, severity) is not None) is flagged


def test_it_climbs_at_its_minutes_and_never_twice(
    rota: dict[str, User], held_clock: datetime
) -> None:
    flag = raised()
    steps = [
        (timedelta(minutes=14), ["sergeant"]),
        (timedelta(minutes=15), ["sergeant", "inspector"]),
        (timedelta(minutes=16), ["sergeant", "inspector"]),
        # Nobody is on duty at the step of one hour: the next is called at once.
        (timedelta(hours=1), ["sergeant", "inspector", "superintendent"]),
        (timedelta(hours=5), ["sergeant", "inspector", "superintendent"]),
    ]
    for later, posts in steps:
        with clock.at(held_clock + later):
            cases.commands.climb(by=accounts.commands.system())
            cases.commands.climb(by=accounts.commands.system())
        assert called(flag) == posts


def test_with_nobody_on_duty_the_control_room_is_called_at_once(db: None) -> None:
    assert called(raised()) == ["Control room"]


def test_being_called_opens_the_child_until_the_answer(rota: dict[str, User]) -> None:
    flag, sergeant = raised(), rota["sergeant"]
    assert cases.queries.record(flag.person_id, viewer=sergeant).everything
    assert list(cases.queries.flags(viewer=sergeant)) == [flag]
    with pytest.raises(NotVisible):
        cases.queries.flag(flag.pk, viewer=rota["inspector"])
    cases.commands.answer_flag(flag, action="Visited, safe with aunt", by=sergeant)
    with pytest.raises(NotVisible):
        cases.queries.record(flag.person_id, viewer=sergeant)


def test_only_an_action_of_a_named_person_closes_it(rota: dict[str, User]) -> None:
    flag = raised()
    with pytest.raises(ValidationError) as refused:
        cases.commands.answer_flag(flag, action="  ", by=rota["sergeant"])
    assert "action" in refused.value.message_dict
    with pytest.raises(NotAllowed):
        cases.commands.answer_flag(flag, action="Seen", by=factories.user(Role.OFFICER))
    cases.commands.void(
        flag.observation, reason="Recorded for a cousin", by=factories.user(Role.OFFICER)
    )
    flag.refresh_from_db()
    assert flag.answered_at is None


def test_one_answer_closes_several_of_one_child_and_none_of_another(rota: dict[str, User]) -> None:
    first, other = raised(), raised("EXP08")
    with pytest.raises(ValidationError):
        cases.commands.answer_flag(first, action="Seen", also=(other,), by=rota["sergeant"])
    officer = factories.user(Role.OFFICER)
    seen = factories.contact(first.person, by=officer)
    second = cases.commands.raise_flag(first.person, "Not safe now", contact=seen, by=officer)
    cases.commands.answer_flag(first, action="Seen", also=(second,), by=rota["sergeant"])
    assert Flag.objects.filter(person=first.person, answered_at=None).count() == 0


def test_answered_by_two_the_second_learns_who_was_first(rota: dict[str, User]) -> None:
    flag = raised()
    cases.commands.answer_flag(flag, action="Seen", by=rota["sergeant"])
    with pytest.raises(ValidationError, match=rota["sergeant"].name):
        cases.commands.answer_flag(flag, action="Seen too", by=rota["inspector"])


def test_a_more_severe_view_of_it_raises_the_flag_then(rota: dict[str, User]) -> None:
    officer = factories.user(Role.OFFICER)
    observation = cases.commands.observe(
        factories.child(), factories.indicator("IND11"), observed_on=clock.today(), severity=1,
        source="contact", by=officer,
    )  # fmt: skip
    assert not Flag.objects.exists()
    cases.commands.change_severity(observation, severity=3, reason="Told the nurse", by=officer)
    assert Flag.objects.filter(observation=observation, answered_at=None).exists()


def called_about_a_prompt(user: User) -> Prompt:
    """A grave prompt of an area that is not the user's, who is on duty there."""
    accounts.commands.post_duty("Duty", step=0, user=user, by=factories.administrator())
    contact = cases.commands.record_contact(
        cases.commands.Told(
            source="records system",
            source_ref="NBP-1",
            occurred_at=clock.now() - timedelta(days=1),
            contact_type="Other",
            narrative="Ticked elsewhere",
            area=factories.area("NBA1"),
            children=[
                cases.commands.ChildSeen(
                    Described("Marlowe", "Ellis"), words=[("exploitation", None)]
                )
            ],
        ),
        by=accounts.commands.system(),
    )
    cases.commands.climb(by=accounts.commands.system())
    return contact.prompts.get()


@pytest.fixture
def elsewhere(db: None) -> User:
    """A supervisor of another area."""
    return factories.user(Role.SUPERVISOR, teams=(factories.team(area=factories.area("NBZ9")),))


def test_whoever_is_called_about_a_prompt_finds_it(elsewhere: User) -> None:
    prompt = called_about_a_prompt(elsewhere)
    assert list(cases.queries.prompts(viewer=elsewhere)) == [prompt]
    assert cases.queries.prompt(prompt.pk, viewer=elsewhere) == prompt
    other = factories.user(Role.SUPERVISOR, teams=(factories.team(area=factories.area("NBZ9")),))
    assert not cases.queries.prompts(viewer=other)
    with pytest.raises(NotVisible):
        cases.queries.prompt(prompt.pk, viewer=other)


def test_being_called_about_a_prompt_opens_the_child_until_it_is_decided(elsewhere: User) -> None:
    prompt = called_about_a_prompt(elsewhere)
    assert cases.queries.record(prompt.person_id, viewer=elsewhere).everything
    cases.commands.drop_prompt(prompt, reason="Another child", by=elsewhere)
    with pytest.raises(NotVisible):
        cases.queries.record(prompt.person_id, viewer=elsewhere)


def test_flags_of_children_who_are_not_open_in_full_are_not_listed(rota: dict[str, User]) -> None:
    flag, viewer = raised(), factories.user(Role.SUPERVISOR)
    for section, listed in ((Section.PLAN, []), (Section.FULL, [flag])):
        grants.open_to(viewer, flag.person, [section], ground="task", grant_ref=uuid4())
        assert list(cases.queries.flags(viewer=viewer)) == listed


def test_in_the_chronology_a_flag_is_for_the_agency_whose_fact_raised_it(
    rota: dict[str, User],
) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, Role.LEAD_WORKER, agency=school)
    child = factories.child()
    partner = Sight(child, frozenset({Section.CHRONOLOGY}), ("share",), police=False)

    def lines(kind: EventKind) -> int:
        return cases.queries.chronology(partner, viewer=teacher).filter(kind=kind).count()

    factories.contact(child, by=factories.user(Role.OFFICER), safe_now="no")
    cases.commands.answer_flag(Flag.objects.get(), action="Seen", by=rota["sergeant"])
    assert (lines(EventKind.CONTACT), lines(EventKind.FLAG)) == (1, 0)
    factories.contact(child, by=teacher, safe_now="no")
    theirs = Flag.objects.get(answered_at=None)
    cases.commands.answer_flag(theirs, action="Seen again", by=rota["sergeant"])
    # The police answered it: it is still the school's flag.
    assert lines(EventKind.FLAG) == 2


def test_with_the_answer_nobody_who_was_called_is_told_of_it_any_more(
    rota: dict[str, User], held_clock: datetime
) -> None:
    flag = raised()
    with clock.at(held_clock + timedelta(minutes=15)):
        cases.commands.climb(by=accounts.commands.system())
        for name in ("sergeant", "inspector"):
            assert accounts.queries.notifications(viewer=rota[name]).count() == 1
        cases.commands.answer_flag(flag, action="Unit with the child", by=rota["inspector"])
        for name in ("sergeant", "inspector"):
            assert not accounts.queries.notifications(viewer=rota[name]).exists()
