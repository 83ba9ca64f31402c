"""Flags and ticked words of a hidden child stay within the list."""

from datetime import timedelta

import pytest

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import Notification, Role, User
from audit.denied import NotVisible
from cases.commands import Named
from cases.matching.keys import Described
from cases.models import Flag, Person, Prompt
from tests import factories
from tests.cases.restrictions.records import opens, restrict

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def rota() -> list[User]:
    force = factories.team()
    users = [factories.user(Role.SUPERVISOR, teams=(force,)) for _ in range(4)]
    for step, user in enumerate(users):
        accounts.commands.post_duty(
            f"Post {step}", step=step, user=user, by=factories.administrator()
        )
    return users


def test_a_flag_climbs_within_the_list_alone_and_names_nothing(
    rota: list[User], owner: User, governance: User
) -> None:
    child, officer = factories.child("Wren", "Hollis"), factories.user(Role.OFFICER)
    second = factories.user(Role.SUPERVISOR)
    made = restrict(child, owner, governance, named=(Named(second, reachable_at_any_hour=True),))
    cases.commands.add_to_list(made, officer, by=governance)
    factories.contact(child, by=officer, safe_now="no")
    flag = Flag.objects.get(person=child)
    assert [call.user for call in flag.calls.all()] == [second]
    with clock.at(clock.now() + timedelta(hours=5)):
        cases.commands.climb(by=accounts.commands.system())
        called = {call.user for call in flag.calls.all()}
        assert called == {second, owner}
        assert {call.step for call in flag.calls.all()} == {0, 1, 2, 3}
        for outsider in rota:
            assert not cases.queries.flags(viewer=outsider).exists()
            assert not opens(outsider, child)
    told = Notification.objects.filter(url=f"/flags/{flag.pk}")
    assert {line.user for line in told} == {second, owner}
    assert {line.text for line in told} == {"Safeguarding: somebody must answer now"}
    cases.commands.answer_flag(flag, action="Went there", by=second)
    assert opens(second, child)


def test_who_was_called_before_it_was_restricted_is_shown_it_no_more_and_the_list_is_called(
    rota: list[User], owner: User, governance: User
) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    factories.contact(child, by=officer, safe_now="no")
    flag = Flag.objects.get(person=child)
    assert cases.queries.flags(viewer=rota[0]).get() == flag
    restrict(child, owner, governance)
    assert not cases.queries.flags(viewer=rota[0]).exists()
    assert not Notification.objects.filter(user=rota[0], seen_at=None).exists()
    with pytest.raises(NotVisible):
        cases.queries.flag(flag.pk, viewer=rota[0])
    assert cases.queries.flags(viewer=owner).get() == flag
    assert Notification.objects.filter(user=owner, url=f"/flags/{flag.pk}", seen_at=None).exists()


def test_whoever_answered_before_reads_nothing_of_it_any_more(
    rota: list[User], owner: User, governance: User
) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    factories.contact(child, by=officer, safe_now="no")
    flag = Flag.objects.get(person=child)
    cases.commands.answer_flag(flag, action="Went there", by=rota[0])
    assert cases.queries.flag(flag.pk, viewer=rota[0]) == flag
    restrict(child, owner, governance)
    with pytest.raises(NotVisible):
        cases.queries.flag(flag.pk, viewer=rota[0])


def test_with_nobody_left_on_the_list_the_control_room_is_rung_and_told_no_name(
    rota: list[User], owner: User, governance: User
) -> None:
    child, officer = factories.child(), factories.user(Role.OFFICER)
    restrict(child, owner, governance)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    factories.contact(child, by=officer, safe_now="no")
    calls = list(Flag.objects.get(person=child).calls.all())
    assert [(call.user, call.post) for call in calls] == [(None, "Control room")]
    assert calls[0].phone


def test_a_hidden_childs_prompt_waits_for_nobody_else(
    rota: list[User], owner: User, governance: User
) -> None:
    child = _ticked()
    assert cases.queries.prompts(viewer=rota[0]).exists()
    restrict(child, owner, governance)
    for viewer in rota:
        assert not cases.queries.prompts(viewer=viewer).exists()
        assert cases.queries.prompts_waiting(viewer=viewer).words == 0
    assert Prompt.objects.get().person == child


def _ticked() -> Person:
    """A child of whom another system ticked a word."""
    seen = cases.commands.ChildSeen(
        Described("Hollis", "Wren"), words=[("poor attendance", factories.indicator("SCH01"))]
    )
    told = cases.commands.Told(
        source="records system",
        source_ref="NBP-1",
        occurred_at=clock.now(),
        contact_type="Child concern",
        narrative="Ticked elsewhere",
        children=[seen],
    )
    cases.commands.record_contact(told, by=accounts.commands.system())
    return Prompt.objects.get().person
