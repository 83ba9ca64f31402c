"""What is asked of one child in hand is what is asked of all at once: two ways to one answer.

Pages about one child ask about that child alone, which is quicker; lists ask for everybody open to the
viewer. Here both are asked on every ground of circumstances.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import asking
import clock
import partners.queries
from accounts.models import User
from cases.access import scope
from cases.models import AccessRow, CaseChild, Person, Section
from partners.models import Contribution, DecisionNotToShare, Notice, Share
from tests.access.circumstances import GROUNDS, build
from tests.databases import undone

SECTIONS = (None, *Section.values)


def differences(user: User) -> Iterator[str]:
    for person in Person.objects.all():
        in_full = scope.people_in_full(user).filter(pk=person.pk).exists()
        if scope.is_in_full(user, person.pk) != in_full:
            yield f"{person.forenames} in full"
        for section in SECTIONS:
            among_all = scope.places_visible_to(user, section=section).filter(person=person)
            if {*scope.places_of(user, person.pk, section=section)} != {*among_all}:
                yield f"{person.forenames}'s places, {section}"
    for place in CaseChild.objects.all():
        meant = Contribution.objects.filter(partners.queries.meant_for(user), place=place)
        if {*partners.queries.contributions(place, viewer=user)} != {*meant}:
            yield f"contributions at {place.pk}"
    for person in Person.objects.all():
        yield from _lists(user, person)


def _lists(user: User, person: Person) -> Iterator[str]:
    """Lists of one child against the queries that find one of a kind by its id."""
    notices = partners.queries.notices_sent(viewer=user).filter(person=person)
    if {*partners.queries.notices_about(person, viewer=user)} != {*notices}:
        yield f"notices of {person.forenames}"
    decisions = {
        each
        for each in DecisionNotToShare.objects.filter(person=person)
        if _finds(partners.queries.decision_not_to_share, each.pk, user)
    }
    if {*partners.queries.decisions_not_to_share(person, viewer=user)} != decisions:
        yield f"decisions about {person.forenames}"
    # Whoever runs the case finds its shares too; the list of all is for the full record alone.
    shares = {*partners.queries.disclosures(person, viewer=user)}
    if not shares <= {
        each
        for each in Share.objects.filter(person=person)
        if _finds(partners.queries.share, each.pk, user)
    }:
        yield f"shares of {person.forenames}"


def _finds(query: Callable[..., object], pk: int, user: User) -> bool:
    try:
        query(pk, viewer=user)
    except scope.NotVisible:
        return False
    return True


def test_one_child_in_hand_and_all_at_once_are_answered_alike(db: None, held_clock: object) -> None:
    told = build()
    found, seen = [], 0
    for ground in GROUNDS:
        with undone():
            here = ground(replace(told, ids=dict(told.ids)))
            if here.user is None:
                continue
            user = User.objects.select_related("agency").get(pk=here.user.pk)
            with clock.at(here.at):
                found += [f"{ground.__name__}: {each}" for each in differences(user)]
                seen += scope.places_visible_to(user).count()
    assert not found
    # Where nobody sees anything the two agree for nothing.
    assert seen
    assert Contribution.objects.exists()
    assert Notice.objects.exists()


def test_the_database_shows_a_partner_the_access_rows_of_their_own_alone(
    db: None, held_clock: object
) -> None:
    told = build()
    share = next(ground for ground in GROUNDS if ground.__name__ == "share")
    teacher = share(told).user
    assert teacher
    with asking.viewer(teacher.pk):
        rows = list(AccessRow.objects.all())
        groups = set(teacher.groups.values_list("pk", flat=True))
    assert rows
    assert all(row.user_id == teacher.pk or row.group_id in groups for row in rows)
    assert AccessRow.objects.count() > len(rows)
