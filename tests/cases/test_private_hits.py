"""A contact that told of a restricted child: its owner decides, and whoever told of it learns nothing."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

import accounts.commands
import cases.commands
import cases.queries
import clock
import insights.commands
from accounts.models import Notification, Role, User
from audit.denied import NotVisible
from audit.models import Entry, Kind
from cases.access import scope
from cases.commands import ChildSeen, Completion, Noticed, Told
from cases.matching.keys import Described
from cases.models import (
    ChronologyEvent,
    Contact,
    Flag,
    HitOutcome,
    LikelyMatch,
    Observation,
    Person,
    PrivateHit,
    PrivateLink,
    Restriction,
)
from cases.tasks import follow_links, look_among_hidden
from tests import factories
from tests.access.test_police_only import plain
from tests.cases.test_hidden_matching import BORN, WREN, hide, search
from tests.races import at_once, in_turn

pytestmark = pytest.mark.usefixtures("held_clock")


@pytest.fixture
def owner(db: None) -> User:
    return factories.user(Role.SUPERVISOR, name="Owner")


@pytest.fixture
def officer(db: None) -> User:
    return factories.user(Role.OFFICER, name="Officer")


@pytest.fixture
def wren(db: None) -> Person:
    return factories.child("Wren", "Hollis", born=BORN, sex="F")


@pytest.fixture
def made(wren: Person, owner: User) -> Restriction:
    return hide(wren, owner)


def told(by: User, *described: Described, safe_now: str = "no") -> Contact:
    """A contact with children who are described, as a form sends it."""
    contact = cases.commands.record_contact(
        Told(
            source="form",
            source_ref=f"{Contact.objects.count()}",
            occurred_at=clock.now(),
            contact_type="Child concern",
            narrative="Alone in the park",
            safe_now=safe_now,
            children=[ChildSeen(each, sex="F") for each in described or (WREN,)],
        ),
        by=by,
    )
    look_among_hidden()
    return contact


def completed(contact: Contact, by: User, *codes: str) -> Contact:
    noticed = [Noticed(factories.indicator(code)) for code in codes]
    return cases.commands.complete_contact(
        contact,
        completions=[
            Completion(child, voice="I walk home alone", noticed=noticed)
            for child in contact.children.all()
        ],
        handling=contact.handling,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="nothing more",
        not_referred_why="We talk first",
        by=by,
    )


def link(contact: Contact, owner: User) -> PrivateHit:
    hit = PrivateHit.objects.get(contact=contact)
    return cases.commands.decide_hit(hit, outcome=HitOutcome.LINKED, reason="I rang", by=owner)


def lines(person: Person) -> list[str]:
    return list(ChronologyEvent.objects.filter(person=person).values_list("says", flat=True))


def test_the_owner_takes_what_a_contact_told_into_the_record(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = completed(told(officer), officer, "IND01")
    hit = link(contact, owner)
    record = contact.children.get().person
    assert (hit.link.person, hit.link.told, hit.link.made_by) == (made.person, record, owner)
    sight = cases.queries.record(made.person_id, viewer=owner)
    shown = {e.says: e for e in cases.queries.chronology(sight, viewer=owner)}
    assert shown["Child concern"].detail == "Alone in the park"
    assert shown["Child concern"].by == officer
    assert shown["What the child said or showed"].detail == "I walk home alone"
    (twin,) = cases.queries.observations(sight, viewer=owner)
    assert (twin.recorded_by, twin.contact, twin.indicator.code) == (officer, contact, "IND01")
    assert twin.taken_from == Observation.objects.get(person=record)
    flag = Flag.objects.get(person=made.person)
    assert [call.user for call in flag.calls.all()] == [owner]
    line = Notification.objects.get(user=owner, url=f"/flags/{flag.pk}")
    assert line.text == "Safeguarding: somebody must answer now"


def test_nothing_is_taken_twice_and_what_comes_later_is_taken_within_a_minute(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = told(officer, safe_now="yes")
    link(contact, owner)
    before = lines(made.person)
    assert before == ["Child concern"]
    assert follow_links() == 0
    completed(contact, officer, "IND01", "IND02")
    assert lines(made.person) == before
    assert follow_links() == 1
    assert follow_links() == 0
    taken = Observation.objects.filter(person=made.person)
    assert sorted(taken.values_list("indicator__code", flat=True)) == ["IND01", "IND02"]
    observed = Observation.objects.get(
        person=contact.children.get().person, indicator__code="IND02"
    )
    cases.commands.void(observed, reason="Another child", by=officer)
    assert follow_links() == 1
    assert taken.get(taken_from=observed).voided_at
    assert taken.filter(voided_at=None).count() == 1
    assert follow_links() == 0


def test_what_the_list_has_changed_later_stands(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = completed(told(officer), officer, "IND01")
    link(contact, owner)
    observed = Observation.objects.get(person=contact.children.get().person)
    twin = Observation.objects.get(person=made.person)
    cases.commands.change_severity(observed, severity=1, reason="Less", by=officer)
    cases.commands.change_severity(twin, severity=3, reason="More", by=owner)
    assert follow_links() == 0
    twin.refresh_from_db()
    assert twin.severity == 3


# --- what the author sees


def pages(author: User, contact: Contact) -> dict[str, object]:
    child = contact.children.get().person_id
    client = Client()
    client.force_login(author)
    addresses = (
        "/",
        "/own",
        f"/contacts/{contact.pk}",
        f"/contacts/{contact.pk}/complete",
        f"/children/{child}",
        f"/children/{child}/readings",
        f"/children/{child}/looks",
        f"/contacts/{contact.pk}/refer",
    )
    with transaction.atomic():
        shown = {each: _asked(client, each) for each in addresses}
        # Nobody has looked: 'who has seen this record' counts the author's own looks too.
        transaction.set_rollback(True)
    return shown


def _asked(client: Client, address: str) -> tuple[int, object]:
    answer = client.get(address)
    return answer.status_code, plain(answer)


@pytest.mark.parametrize("is_complete", [True, False])
def test_the_author_s_pages_change_by_no_byte(
    made: Restriction, owner: User, officer: User, is_complete: bool
) -> None:
    factories.supervisor(factories.team())
    contact = told(officer)
    if is_complete:
        completed(contact, officer, "IND01")
    before = pages(officer, contact)
    assert before[f"/contacts/{contact.pk}"][0] == 200
    link(contact, owner)
    follow_links()
    flag = Flag.objects.get(person=made.person)
    cases.commands.answer_flag(flag, action="I went there", by=owner)
    after = pages(officer, contact)
    assert {each for each in before if before[each] != after[each]} == set()
    assert scope.is_hidden_from(officer, made.person_id)
    # The restriction over, the two are a likely match, and the contact's page is still of its child alone.
    cases.commands.lift(made, why="Over", by=factories.user(Role.INFORMATION_GOVERNANCE))
    assert pages(officer, contact)[f"/contacts/{contact.pk}"] == before[f"/contacts/{contact.pk}"]


def figures() -> dict[str, float]:
    """Of the whole force, as it is counted at night: flags."""
    taken = insights.commands.take_snapshot(on=clock.today(), by=accounts.commands.system())
    force = next(each for each in taken if each.area is None).figures["lead"]
    timely = {what: keys[""] for what, keys in force["timeliness"].items() if "flags" in what}
    return timely | {"unanswered": force["load"].get("flags unanswered", {}).get("", 0)}


def test_a_flag_that_is_raised_on_the_restricted_record_too_counts_once(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = told(officer)
    flag = Flag.objects.get()
    before = figures()
    assert (before["flags"], before["unanswered"]) == (1, 1)
    link(contact, owner)
    copied = Flag.objects.get(person=made.person)
    assert copied.taken_from == flag
    assert figures() == before
    cases.commands.answer_flag(copied, action="I went there", by=owner)
    assert figures() == before


def test_the_record_of_what_the_contact_made_names_no_link(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = completed(told(officer), officer, "IND01")
    record = contact.children.get().person_id
    before = Entry.objects.filter(persons__contains=[record]).count()
    link(contact, owner)
    assert Entry.objects.filter(persons__contains=[record]).count() == before
    entry = Entry.objects.get(verb="link hit")
    assert (entry.kind, entry.persons) == (Kind.COMBINATION, [made.person_id])
    assert entry.records["told"] == record


# --- what is not open


def test_a_sealed_record_is_never_linked(wren: Person, owner: User, officer: User) -> None:
    hide(wren, owner, "sealed")
    contact = told(officer)
    with pytest.raises(ValidationError, match="sealed record is never linked") as refused:
        link(contact, owner)
    assert set(refused.value.error_dict) == {"outcome"}
    assert not PrivateLink.objects.exists()
    hit = PrivateHit.objects.get()
    assert HitOutcome.LINKED not in cases.queries.decisions_open(hit, viewer=owner)
    assert hit.decided_at is None
    decided = cases.commands.decide_hit(hit, outcome="not the child", reason="Older", by=owner)
    assert decided.outcome == "not the child"


def test_sealed_later_nothing_is_taken_any_more(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = told(officer)
    link(contact, owner)
    cases.commands.seal(made, why="Adopted", by=factories.user(Role.INFORMATION_GOVERNANCE))
    completed(contact, officer, "IND01")
    assert follow_links() == 0
    assert not Observation.objects.filter(person=made.person).exists()


@pytest.mark.parametrize("kind", ["restricted", "sealed"])
def test_what_a_contact_made_is_hidden_itself_later_and_its_own_list_alone_reads_on(
    made: Restriction, owner: User, officer: User, kind: str
) -> None:
    contact = told(officer, safe_now="yes")
    link(contact, owner)
    record = contact.children.get().person
    closed = hide(record, factories.user(Role.SUPERVISOR), kind)
    before = lines(made.person)
    completed(contact, officer, "IND01")
    assert follow_links() == 0
    assert lines(made.person) == before
    assert not Observation.objects.filter(person=made.person).exists()
    cases.commands.lift(closed, why="Over", by=closed.made_by)
    assert follow_links() == 1
    assert Observation.objects.filter(person=made.person).exists()


def test_a_search_links_nothing(made: Restriction, owner: User, officer: User) -> None:
    search(officer)
    look_among_hidden()
    hit = PrivateHit.objects.get()
    with pytest.raises(ValidationError, match="answer in person"):
        cases.commands.decide_hit(hit, outcome="linked", reason="It is she", by=owner)
    with pytest.raises(ValidationError, match="Choose what you have decided"):
        cases.commands.decide_hit(hit, outcome="perhaps", reason="It is she", by=owner)
    assert "linked" not in cases.queries.decisions_open(hit, viewer=owner)


def test_a_child_with_a_life_of_its_own_in_the_portal_is_not_linked(
    made: Restriction, owner: User, officer: User
) -> None:
    """Whom the contact did not make: another child until somebody has compared the records."""
    other = factories.child("Wren", "Hollis", born=BORN, sex="F")
    factories.contact(other, by=officer)
    contact = factories.contact(other, by=officer)
    look_among_hidden()
    hit = PrivateHit.objects.get(contact=contact)
    assert "linked" not in cases.queries.decisions_open(hit, viewer=owner)
    with pytest.raises(ValidationError, match="answer in person"):
        link(contact, owner)


def test_of_several_children_the_one_who_was_described_is_linked(
    made: Restriction, owner: User, officer: User
) -> None:
    twin = replace(WREN, forenames="Robin")
    contact = told(officer, twin, WREN, Described("Zander", "Quill", date(2011, 1, 9)))
    assert link_of(contact, "Wren", owner).told.forenames == "Wren"


def link_of(contact: Contact, forenames: str, owner: User) -> PrivateLink:
    for hit in PrivateHit.objects.filter(contact=contact).order_by("pk"):
        cases.commands.decide_hit(hit, outcome="linked", reason="I rang", by=owner)
    return PrivateLink.objects.get(told__forenames=forenames)


def test_the_next_contact_with_the_same_record_is_the_same_link(
    made: Restriction, owner: User, officer: User
) -> None:
    first = told(officer)
    link(first, owner)
    second = factories.contact(first.children.get().person, by=officer, narrative="Again")
    look_among_hidden()
    hit = PrivateHit.objects.get(contact=second)
    assert "linked" in cases.queries.decisions_open(hit, viewer=owner)
    link(second, owner)
    assert PrivateLink.objects.count() == 1
    assert lines(made.person).count("Child concern") == 2


def test_the_restriction_over_they_are_a_likely_match_for_a_person_to_decide(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = told(officer)
    link(contact, owner)
    cases.commands.lift(made, why="Over", by=factories.user(Role.INFORMATION_GOVERNANCE))
    match = LikelyMatch.objects.get()
    assert (match.person, match.other) == (contact.children.get().person, made.person)
    assert not PrivateLink.objects.live().exists()


def test_what_was_answered_before_is_told_and_calls_nobody(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = told(officer)
    flag = Flag.objects.get(contact=contact)
    cases.commands.answer_flag(flag, action="Taken home", by=factories.user(Role.SUPERVISOR))
    link(contact, owner)
    assert not Flag.objects.filter(person=made.person).exists()
    assert f"Flag F-{flag.pk}, raised where the child was not known" in lines(made.person)


def test_that_it_was_somebody_else_voids_what_was_taken_and_ends_it(
    made: Restriction, owner: User, officer: User
) -> None:
    contact = completed(told(officer), officer, "IND01")
    hit = link(contact, owner)
    with pytest.raises(ValidationError):
        cases.commands.unlink_hit(hit, why=" ", by=owner)
    with pytest.raises(NotVisible):
        cases.commands.unlink_hit(hit, why="Older", by=officer)
    for _ in range(2):
        cases.commands.unlink_hit(hit, why="Wren Hollis of Elm Row", by=owner)
    assert not Observation.objects.filter(person=made.person, voided_at=None).exists()
    assert Observation.objects.filter(person=contact.children.get().person, voided_at=None).exists()
    assert lines(made.person).count("What a contact told was of another child") == 1
    assert Flag.objects.get(person=made.person).answered_at is None
    assert follow_links() == 0
    assert Entry.objects.filter(verb="unlink hit", persons=[made.person_id]).count() == 1


# --- at once


@pytest.fixture
def committed(committing: None) -> tuple[User, PrivateHit]:
    owner = factories.user(Role.SUPERVISOR)
    hide(factories.child("Wren", "Hollis", born=BORN, sex="F"), owner)
    contact = told(factories.user(Role.OFFICER))
    return owner, PrivateHit.objects.get(contact=contact)


def test_decided_twice_at_once_the_first_stands(committed: tuple[User, PrivateHit]) -> None:
    owner, hit = committed

    def decide(outcome: str) -> object:
        return lambda: cases.commands.decide_hit(hit, outcome=outcome, reason="So", by=owner)

    contested = Restriction.objects.filter(pk=hit.restriction_id)
    answers = at_once(contested, decide("linked"), decide("linked"), decide("not the child"))
    assert len({answer.outcome for answer in answers}) == 1
    linked = answers[0].outcome == "linked"
    assert PrivateLink.objects.count() == linked
    assert Flag.objects.filter(person=hit.restriction.person).count() == linked


def test_sealed_at_the_same_moment_nothing_is_linked(committed: tuple[User, PrivateHit]) -> None:
    owner, hit = committed
    governance = factories.user(Role.INFORMATION_GOVERNANCE)
    contested = Restriction.objects.filter(pk=hit.restriction_id)
    _, refused = in_turn(
        contested,
        lambda: cases.commands.seal(hit.restriction, why="Adopted", by=governance),
        lambda: cases.commands.decide_hit(hit, outcome="linked", reason="So", by=owner),
    )
    assert isinstance(refused, ValidationError)
    assert not PrivateLink.objects.exists()


def test_two_workers_take_a_thing_once(committed: tuple[User, PrivateHit]) -> None:
    owner, hit = committed
    cases.commands.decide_hit(hit, outcome="linked", reason="So", by=owner)
    completed(hit.contact, hit.by, "IND01")
    system = accounts.commands.system()
    contested = Person.objects.filter(pk=hit.restriction.person_id)
    in_turn(contested, lambda: cases.commands.follow_links(by=system))
    cases.commands.follow_links(by=system)
    assert Observation.objects.filter(person=hit.restriction.person).count() == 1
