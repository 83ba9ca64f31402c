"""A hidden child is matched as if nobody were there; the owner alone learns, of every search and contact."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import accounts.commands
import cases.commands
import cases.queries
import clock
from accounts.models import Notification, Role, User
from audit.denied import NotVisible
from audit.models import Entry
from cases.commands import Named
from cases.commands.linking import link, link_seen
from cases.matching.keys import Described
from cases.models import (
    Came,
    ContactChild,
    HitOutcome,
    KeptSearch,
    LikelyMatch,
    Person,
    PrivateHit,
    Restriction,
)
from cases.tasks import look_among_hidden
from eiportal.celery import app
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")

BORN = date(2013, 5, 4)
WREN = Described("Hollis", "Wren", BORN, "F", "1 Sample Street", "NB1 1AA")


@pytest.fixture
def wren() -> Person:
    return factories.child("Wren", "Hollis", born=BORN, sex="F")


@pytest.fixture
def owner() -> User:
    return factories.user(Role.SUPERVISOR, name="Owner")


@pytest.fixture
def officer() -> User:
    return factories.user(Role.OFFICER)


def hide(
    child: Person, owner: User, kind: str = "restricted", *, named: tuple[User, ...] = ()
) -> Restriction:
    return cases.commands.restrict(
        child,
        owner=owner,
        why="Her mother works here",
        named=[Named(owner, reachable_at_any_hour=True), *(Named(each) for each in named)],
        kind=kind,
        by=factories.user(Role.INFORMATION_GOVERNANCE),
    )


def offered(viewer: User, described: Described = WREN) -> list[Person]:
    return [c.pointer.person for c in cases.queries.candidates(described, viewer=viewer)]


# --- the match


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_a_hidden_child_is_offered_to_nobody_who_is_not_on_the_list(
    wren: Person, owner: User, officer: User, kind: str
) -> None:
    assert offered(officer) == [wren]
    hide(wren, owner, kind)
    assert offered(officer) == []


def test_a_restricted_child_is_offered_to_the_list_a_sealed_one_not_even_there(
    wren: Person, owner: User, officer: User
) -> None:
    made = hide(wren, owner, named=(officer,))
    assert offered(officer) == offered(owner) == [wren]
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    cases.commands.seal(made, why="Adopted", by=governance)
    assert offered(officer) == offered(owner) == []
    cases.commands.lift(made, why="Over", by=governance)
    assert offered(officer) == [wren]


def test_break_glass_does_not_make_it_a_match(wren: Person, owner: User, officer: User) -> None:
    hide(wren, owner)
    cases.commands.break_glass(
        surname="Hollis", forenames="Wren", date_of_birth=BORN, reason="Missing", by=officer
    )
    assert offered(officer) == []


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_the_match_asks_the_database_the_same_whether_it_would_have_hit_or_not(
    wren: Person, owner: User, officer: User, kind: str
) -> None:
    hide(wren, owner, kind)
    nobody = Described("Zander", "Quill", BORN, "F", "9 Other Road", "NB9 9ZZ")

    def asked(described: Described) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert offered(officer, described) == []
        return [query["sql"].count("SELECT") for query in queries]

    assert asked(WREN) == asked(nobody)


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_what_a_client_tells_of_a_hidden_child_makes_a_new_record_like_any_other(
    wren: Person, owner: User, officer: User, kind: str
) -> None:
    hide(wren, owner, kind)
    (linked,) = link_seen([cases.commands.ChildSeen(WREN)], by=officer)
    assert (linked.known, linked.likely) == (False, ())
    assert linked.person != wren
    assert not linked.person.is_provisional
    assert not LikelyMatch.objects.exists()


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_an_imported_row_of_a_hidden_child_makes_a_new_record(
    wren: Person, owner: User, kind: str
) -> None:
    hide(wren, owner, kind)
    system = accounts.commands.system()
    first, again = link([cases.commands.ChildSeen(WREN)] * 2, by=system)
    assert first == again != wren
    assert not LikelyMatch.objects.exists()


def test_blind_matching_notes_no_hidden_child_nor_matches_one(wren: Person, owner: User) -> None:
    told = factories.child("Wren", "Hollis", born=BORN, sex="F")
    Person.objects.update(is_provisional=True)
    hide(wren, owner)
    system = accounts.commands.system()
    assert cases.commands.match_blind([told.pk, wren.pk], by=system) == 0
    assert not LikelyMatch.objects.exists()


def test_likely_matches_that_were_noted_before_are_not_shown(
    wren: Person, owner: User, officer: User
) -> None:
    other = factories.child("Wren", "Holls", born=BORN)
    LikelyMatch.objects.create(person=other, other=wren, weight=9, found_at=clock.now())
    factories.contact(other, by=officer)
    factories.contact(other, by=owner)
    sight = cases.queries.record(other.pk, viewer=officer)
    assert cases.queries.likely_matches(sight, viewer=officer)
    made = hide(wren, owner)
    assert cases.queries.likely_matches(sight, viewer=officer) == []
    theirs = cases.queries.record(other.pk, viewer=owner)
    assert cases.queries.likely_matches(theirs, viewer=owner)
    cases.commands.seal(made, why="Adopted", by=factories.user(Role.INFORMATION_GOVERNANCE))
    assert cases.queries.likely_matches(theirs, viewer=owner) == []
    own = cases.queries.record(wren.pk, viewer=owner)
    assert cases.queries.likely_matches(own, viewer=owner) == []


# --- the look afterwards


def search(by: User, described: Described = WREN) -> None:
    cases.commands.keep_searches([described], by=by)


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_a_search_that_would_have_hit_goes_to_the_owner_alone(
    wren: Person, owner: User, officer: User, kind: str
) -> None:
    made = hide(wren, owner, kind)
    search(officer)
    kept = KeptSearch.objects.get()
    assert look_among_hidden([kept.pk]) == 1
    hit = PrivateHit.objects.get()
    assert (hit.restriction, hit.by, hit.kind, hit.at) == (made, officer, Came.SEARCH, clock.now())
    assert len(hit.digest) == 64
    assert not KeptSearch.objects.exists()
    line = Notification.objects.get(url=f"/hits/{hit.pk}")
    assert (line.user, line.text) == (owner, f"Hit H-{hit.pk} on record {made.reference}")
    assert "olli" not in str([vars(entry) for entry in Entry.objects.all()])


def test_a_search_that_hits_nothing_is_looked_for_and_forgotten(
    wren: Person, owner: User, officer: User
) -> None:
    hide(wren, owner)
    search(officer, Described("Zander", "Quill", date(2011, 1, 9)))
    assert look_among_hidden() == 0
    assert not KeptSearch.objects.exists()
    assert not PrivateHit.objects.exists()


def test_a_new_contact_with_her_goes_to_the_owner_and_is_of_a_new_record(
    wren: Person, owner: User, officer: User
) -> None:
    hide(wren, owner)
    (linked,) = link_seen([cases.commands.ChildSeen(WREN)], by=officer)
    told = cases.commands.Told(
        source="form",
        source_ref="1",
        occurred_at=clock.now(),
        contact_type="Child concern",
        narrative="Seen",
        children=[cases.commands.ChildSeen(WREN, person=linked.person)],
    )
    contact = cases.commands.record_contact(told, by=officer)
    assert look_among_hidden() == 1
    hit = PrivateHit.objects.get()
    assert (hit.contact, hit.kind) == (contact, Came.CONTACT)
    assert ContactChild.objects.get(contact=contact).person != wren
    assert cases.queries.contact(contact.pk, viewer=officer) == contact


def test_looked_for_twice_it_is_one_hit_and_who_has_the_record_is_none(
    wren: Person, owner: User, officer: User
) -> None:
    hide(wren, owner, named=(officer,))
    other = factories.user(Role.OFFICER)
    search(other)
    search(other)
    search(officer)
    search(owner)
    factories.contact(wren, by=officer)
    assert look_among_hidden() == 1
    assert PrivateHit.objects.get().by == other


def test_a_sealed_records_list_is_not_offered_it_so_their_search_is_told(
    wren: Person, owner: User, officer: User
) -> None:
    hide(wren, owner, "sealed", named=(officer,))
    search(officer)
    assert look_among_hidden() == 1


def test_every_contact_and_search_asks_for_the_look_by_ids_alone(
    wren: Person,
    owner: User,
    officer: User,
    django_capture_on_commit_callbacks: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hide(wren, owner)
    sent: list[tuple[str, list[object]]] = []
    monkeypatch.setattr(app, "send_task", lambda name, args: sent.append((name, args)))
    for described in (WREN, Described("Zander", "Quill", date(2011, 1, 9))):
        with django_capture_on_commit_callbacks(execute=True):
            search(officer, described)
        with django_capture_on_commit_callbacks(execute=True):
            factories.contact(factories.child("Robin"), by=officer)
    ids = list(KeptSearch.objects.order_by("pk").values_list("pk", flat=True))
    assert sent == [("cases.tasks.look_among_hidden", [[pk]]) for pk in ids]
    assert "cases.tasks.look_among_hidden" in {
        each["task"] for each in app.conf.beat_schedule.values()
    }


def test_the_owner_decides_once_with_a_reason_and_nobody_else_sees_it(
    wren: Person, owner: User, officer: User
) -> None:
    made = hide(wren, owner, named=(officer,))
    search(factories.user(Role.OFFICER))
    look_among_hidden()
    hit = PrivateHit.objects.get()
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    for other in (officer, governance):
        with pytest.raises(NotVisible):
            cases.queries.private_hit(hit.pk, viewer=other)
        assert not cases.queries.private_hits(made, viewer=other).exists()
        with pytest.raises(NotVisible):
            cases.commands.decide_hit(hit, outcome="not the child", reason="No", by=other)
    decided = cases.commands.decide_hit(
        hit, outcome=HitOutcome.ANSWERED, reason="I rang them", by=owner
    )
    again = cases.commands.decide_hit(
        hit, outcome=HitOutcome.NOT_THE_CHILD, reason="Changed my mind", by=owner
    )
    assert (again.outcome, again.reason) == (decided.outcome, "I rang them")
    assert not Notification.objects.filter(url=f"/hits/{hit.pk}", seen_at=None).exists()
