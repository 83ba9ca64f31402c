"""Looks at children of the user's own postcode, of which the portal keeps a digest alone."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import accounts.commands
import cases.commands
import clock
import oversight.commands
import oversight.tasks
from accounts.models import Role, User
from cases.models import ChildRole, ContactChild, LikelyMatch, Person
from oversight.models import HomePostcode, Pattern, PatternKind
from tests import factories
from tests.databases import undone
from tests.oversight.uses import at, looked

pytestmark = pytest.mark.usefixtures("db", "held_clock")
HOME, ELSEWHERE = "NB7 3YH", "NB2 9ZZ"


def living_at(postcode: str, role: Role = Role.OFFICER, **said: str) -> User:
    made = factories.user(role, **said)
    oversight.commands.keep_home_postcode(made, postcode, by=factories.administrator())
    return made


def found(*, days_ago: int = 1) -> dict[str, Pattern]:
    on = clock.today() - timedelta(days=days_ago)
    oversight.commands.look_for_patterns(on=on, by=accounts.commands.system())
    kept = Pattern.objects.filter(kind=PatternKind.OWN_ADDRESS, day=on)
    return {each.user.username: each for each in kept}


def may_be(child: Person, other: Person, *, same: bool | None = None) -> None:
    LikelyMatch.objects.create(
        person=child, other=other, weight=9, found_at=clock.now(), same_child=same
    )


@pytest.fixture
def olu() -> User:
    return living_at(HOME, username="olu")


def test_a_look_at_a_child_of_the_own_postcode_on_whatever_ground_but_no_list(olu: User) -> None:
    # However it is written: in the record of the child, and by who entered it.
    near, far = factories.child(postcode="nb73yh"), factories.child("Sam", postcode=ELSEWHERE)
    entry = looked(olu, near, verb="child", ground="task")
    looked(olu, far, verb="child", ground="task")
    mia = living_at(ELSEWHERE, username="mia")
    looked(mia, near, verb="child", ground="task")
    ned = living_at(HOME, username="ned")
    looked(ned, near, far, verb="flags", ground="task")
    looked(factories.user(Role.OFFICER), near)
    patterns = found()
    assert set(patterns) == {"olu"}
    pattern = patterns["olu"]
    assert (pattern.number, pattern.entries, pattern.persons) == (1, [entry.pk], [near.pk])
    assert pattern.says == "Children looked at who have, or had, the user’s own home postcode: 1."


def test_among_the_answers_of_a_search_the_neighbour_alone(olu: User) -> None:
    near, far = factories.child(postcode=HOME), factories.child("Sam", postcode=ELSEWHERE)
    looked(olu, near, far)
    assert found()["olu"].persons == [near.pk]


@pytest.mark.parametrize(("same", "counts"), [(None, True), (True, True), (False, False)])
def test_an_earlier_address_stands_in_a_record_that_may_be_the_same_child(
    olu: User, same: bool | None, counts: bool
) -> None:
    now, before = factories.child(postcode=ELSEWHERE), factories.child(postcode=HOME)
    later = factories.child("Sam", postcode=ELSEWHERE)
    may_be(before, now, same=same)
    may_be(later, before, same=same)
    looked(olu, now, verb="child", ground="task")
    looked(olu, later, verb="child", ground="task")
    persons = [each.persons for each in found().values()]
    assert persons == ([sorted([now.pk, later.pk])] if counts else [])


def test_a_victims_address_and_that_of_a_restricted_child_count_and_are_not_said(
    olu: User,
) -> None:
    victim, hidden = factories.child(postcode=HOME), factories.child("Kit", postcode=HOME)
    contact = factories.contact(victim, by=olu)
    ContactChild.objects.filter(contact=contact).update(role=ChildRole.VICTIM)
    owner = factories.user(Role.SUPERVISOR)
    cases.commands.restrict(
        hidden,
        owner=owner,
        why="Staff",
        named=[cases.commands.Named(owner, reachable_at_any_hour=True)],
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )
    for child in (victim, hidden):
        looked(olu, child, verb="child", ground="task")
    pattern = found()["olu"]
    assert pattern.persons == sorted([victim.pk, hidden.pk])
    said = str(Pattern.objects.filter(pk=pattern.pk).values().get()) + pattern.says
    assert not any(each in said for each in ("NB7", "NB73YH", "Sample Street"))


def test_without_a_postcode_on_either_side_nothing_is_found(olu: User) -> None:
    looked(olu, factories.child(postcode=""), factories.child("Sam", postcode="NB7"))
    mia = factories.user(Role.OFFICER, username="mia")
    looked(mia, factories.child("Kit", postcode=HOME))
    assert found() == {}


def test_who_has_moved_and_whose_digest_was_taken_out_is_no_longer_found(olu: User) -> None:
    admin, near = factories.administrator(), factories.child(postcode=HOME)
    mia = living_at(HOME, username="mia")
    looked(olu, near)
    looked(mia, near)
    oversight.commands.keep_home_postcode(olu, ELSEWHERE, by=admin)
    oversight.commands.remove_home_postcode(mia, by=admin)
    assert found() == {}


def test_what_a_digest_is_of_another_user_it_is_not(olu: User) -> None:
    """A row put under another's name finds nothing for them."""
    mia = factories.user(Role.OFFICER, username="mia")
    kept = HomePostcode.objects.get(user=olu)
    HomePostcode.objects.create(user=mia, digest=kept.digest, kept_at=clock.now())
    looked(mia, factories.child(postcode=HOME))
    assert found() == {}


POSTCODES = ("NB1 1AA", "NB1 1AB", "NB2 1AA", "")
towns = st.fixed_dictionaries(
    {
        "homes": st.lists(st.sampled_from(POSTCODES), min_size=1, max_size=3),
        "children": st.lists(st.sampled_from(POSTCODES), min_size=1, max_size=4),
        "same": st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=2),
        "looks": st.lists(
            st.tuples(st.integers(0, 2), st.sets(st.integers(0, 3), min_size=1), st.booleans()),
            max_size=6,
        ),
    }
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(towns)
def test_what_is_found_is_what_a_slow_count_over_clear_postcodes_finds(town: dict) -> None:
    with undone():
        users = [
            living_at(each) if each else factories.user(Role.OFFICER) for each in town["homes"]
        ]
        children = [factories.child(f"Kit{n}", postcode=p) for n, p in enumerate(town["children"])]
        lived = {
            child.pk: {postcode} for child, postcode in zip(children, town["children"], strict=True)
        }
        pairs = {(one, other) for one, other in town["same"] if one < other < len(children)}
        for one, other in pairs:
            may_be(children[one], children[other])
            lived[children[one].pk].add(town["children"][other])
            lived[children[other].pk].add(town["children"][one])
        slowly: dict[str, set[int]] = {}
        for who, whom, one_by_one in town["looks"]:
            seen = [children[n] for n in sorted(whom) if n < len(children)]
            if who >= len(users) or not seen:
                continue
            looked(users[who], *seen, ground="pointer" if one_by_one else "task")
            home = town["homes"][who]
            if home and (one_by_one or len(seen) == 1):
                own = {child.pk for child in seen if home in lived[child.pk]}
                slowly.setdefault(users[who].username, set()).update(own)
        expected = {name: sorted(own) for name, own in slowly.items() if own}
        patterns = found()
        assert {name: each.persons for name, each in patterns.items()} == expected
        assert {name: each.number for name, each in patterns.items()} == {
            name: len(own) for name, own in expected.items()
        }


def test_the_homes_of_whoever_left_are_forgotten_once_their_last_day_is_looked_through() -> None:
    near, admin = factories.child(postcode=HOME), factories.administrator()
    gone, leaving, here = (living_at(HOME, username=name) for name in ("gone", "leaving", "here"))
    for user in (gone, leaving, here):
        looked(user, near, verb="child", ground="task")
    looked(leaving, near, verb="child", ground="task", when=at(8, days_ago=0))
    for user in (gone, leaving):
        accounts.commands.leave_agency(user, by=admin)
    assert oversight.tasks.look_for_patterns() >= 3
    kept = set(HomePostcode.objects.values_list("user__username", flat=True))
    assert kept == {"leaving", "here"}
    with clock.at(clock.now() + timedelta(days=1)):
        oversight.tasks.look_for_patterns()
        days = Pattern.objects.filter(kind=PatternKind.OWN_ADDRESS, user=leaving)
        assert days.count() == 2
    assert set(HomePostcode.objects.values_list("user__username", flat=True)) == {"here"}
