"""Recording a contact: once, whole, with its ground, its flag and its line in the chronology."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

import cases.commands
import cases.queries
import clock
from accounts.models import Role
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.commands import ChildSeen, Completion, Noticed, Told
from cases.matching.keys import Described
from cases.models import Contact, ContactChild, Flag, LikelyMatch, Person, Prompt
from tests import factories

pytestmark = pytest.mark.usefixtures("held_clock")


def told(*children: ChildSeen, **changes: object) -> Told:
    given = {
        "source": "form",
        "source_ref": str(uuid4()),
        "occurred_at": clock.now() - timedelta(minutes=5),
        "contact_type": "Child concern",
        "narrative": "Seen alone by the canal",
        "safe_now": "yes",
        "children": children or [ChildSeen(Described("Example", "Robin", date(2013, 5, 4)))],
    }
    return Told(**(given | changes))


def test_a_contact_makes_the_record_the_line_and_the_ground(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    contact = cases.commands.record_contact(told(), by=officer)
    person = contact.children.get().person
    assert (person.surname_key, person.forename_key) == ("example", "robin")
    sight = cases.queries.record(person.pk, viewer=officer)
    assert sight.everything
    assert sight.grounds == ("task",)
    assert [event.says for event in cases.queries.chronology(sight, viewer=officer)] == [
        "Child concern"
    ]
    assert Entry.objects.filter(verb="record contact", persons__contains=[person.pk]).exists()


def test_a_colleague_without_a_ground_sees_nothing_of_it(db: None) -> None:
    contact = cases.commands.record_contact(told(), by=factories.user(Role.OFFICER))
    with pytest.raises(NotVisible):
        cases.queries.record(contact.children.get().person_id, viewer=factories.user(Role.OFFICER))
    with pytest.raises(NotVisible):
        cases.queries.contact(contact.pk, viewer=factories.user(Role.OFFICER))


def test_the_same_send_twice_is_one_contact(db: None) -> None:
    officer, once = factories.user(Role.OFFICER), told()
    assert cases.commands.record_contact(once, by=officer) == cases.commands.record_contact(
        once, by=officer
    )
    assert (Contact.objects.count(), Person.objects.count()) == (1, 1)


def test_the_same_send_twice_at_once_is_one_contact(committing: None) -> None:
    officer, once = factories.user(Role.OFFICER), told()

    def send(_: int) -> int:
        try:
            return cases.commands.record_contact(once, by=officer).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert (Contact.objects.count(), Person.objects.count()) == (1, 1)


@pytest.mark.parametrize(("safe_now", "flags"), [("yes", 0), ("no", 1), ("not known", 1)])
def test_a_child_not_known_to_be_safe_raises_a_flag_at_once(
    db: None, safe_now: str, flags: int
) -> None:
    cases.commands.record_contact(told(safe_now=safe_now), by=factories.user(Role.OFFICER))
    assert Flag.objects.filter(answered_at=None).count() == flags


def test_a_contact_of_tomorrow_is_refused(db: None) -> None:
    with pytest.raises(ValidationError) as refused:
        cases.commands.record_contact(
            told(occurred_at=clock.now() + timedelta(days=1)), by=factories.user(Role.OFFICER)
        )
    assert "occurred_at" in refused.value.message_dict


def test_a_role_without_the_permission_is_refused(db: None) -> None:
    with pytest.raises(NotAllowed):
        cases.commands.record_contact(told(), by=factories.user(Role.COMMANDER))


def test_what_the_record_may_be_is_kept_and_nothing_is_merged(db: None) -> None:
    known = factories.child("Robyn")
    seen = ChildSeen(
        Described("Example", "Robin"), likely=[(known, 9.5, ["same surname"])], is_provisional=True
    )
    cases.commands.record_contact(told(seen), by=factories.user(Role.OFFICER))
    match = LikelyMatch.objects.get()
    assert match.other == known
    assert match.person.is_provisional
    assert match.same_child is None


def completed(contact: Contact, by: object, **changes: object) -> Contact:
    child = ContactChild.objects.select_related("person").get(contact=contact)
    handling = changes.pop("handling", "share")
    given = {"role": "at risk", "voice": "I was hungry"} | changes
    return cases.commands.complete_contact(
        contact,
        completions=[Completion(child=child, **given)],
        handling=handling,
        noticed={},
        told_family="yes",
        told_family_why_not="",
        next_step="refer",
        by=by,
    )


def test_completing_observes_and_opens_the_line_to_partners(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    contact = cases.commands.record_contact(told(), by=officer)
    completed(contact, officer, noticed=[Noticed(factories.indicator("SCH01"))])
    person = contact.children.get().person
    assert [o.indicator.code for o in person.observations.all()] == ["SCH01"]
    assert set(person.events.values_list("police_only", flat=True)) == {False}


def test_what_is_completed_as_police_only_takes_the_flag_of_the_capture_with_it(db: None) -> None:
    officer, child = factories.user(Role.OFFICER), factories.child()
    contact = factories.contact(child, by=officer, safe_now="no")
    assert [flag.police_only for flag in Flag.objects.filter(contact=contact)] == [False]
    completed(contact, officer, handling="police only")
    assert [flag.police_only for flag in Flag.objects.filter(contact=contact)] == [True]
    assert set(child.events.values_list("police_only", flat=True)) == {True}


@pytest.mark.parametrize(
    ("captured", "completed_as"), [("police only", "share"), ("share", "police only")]
)
def test_what_came_of_a_capture_follows_what_is_decided_at_its_completion(
    db: None, captured: str, completed_as: str
) -> None:
    """The flag of the capture, and what a ticked word of it has become in the meantime, with its flag."""
    officer, child = factories.user(Role.OFFICER), factories.child()
    contact = factories.contact(child, by=officer, safe_now="no", handling=captured)
    grave = factories.indicator("IND11")
    prompt = Prompt.objects.create(
        person=child, contact=contact, word="Older men", indicator=grave, raised_at=clock.now()
    )
    cases.commands.confirm_prompt(
        prompt, indicator=grave, severity=3, by=factories.user(Role.SUPERVISOR)
    )
    other = factories.contact(child, by=officer, safe_now="no", handling=captured)

    def marks(contact: Contact) -> list[bool]:
        came = (contact.flags, contact.observations, child.events.filter(contact=contact))
        return [
            is_marked for rows in came for is_marked in rows.values_list("police_only", flat=True)
        ]

    assert contact.flags.count() == 2
    before = marks(contact)
    assert set(before) == {captured == "police only"}
    completed(contact, officer, handling=completed_as)
    assert set(marks(contact)) == {completed_as == "police only"}
    assert set(marks(other)) == {captured == "police only"}


def test_completing_twice_is_refused(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    contact = cases.commands.record_contact(told(), by=officer)
    completed(contact, officer)
    with pytest.raises(ValidationError, match="already complete"):
        completed(contact, officer)


def test_only_the_author_completes(db: None) -> None:
    contact = cases.commands.record_contact(told(), by=factories.user(Role.OFFICER))
    with pytest.raises(NotVisible):
        completed(contact, factories.user(Role.OFFICER))


@pytest.mark.parametrize(
    ("born", "refused"),
    [
        (date(2016, 11, 25), True),
        (date(2016, 11, 24), False),
        (date(2016, 2, 29), False),
        (None, True),
    ],
)
def test_no_suspect_below_ten_on_the_day(db: None, born: date | None, refused: bool) -> None:
    officer = factories.user(Role.OFFICER)
    contact = cases.commands.record_contact(
        told(ChildSeen(Described("Example", "Robin", born))), by=officer
    )
    if refused:
        with pytest.raises(ValidationError) as error:
            completed(contact, officer, role="suspect", suspect_outcome="no further action")
        assert ("role" if born else "age") in error.value.message_dict
    else:
        completed(contact, officer, role="suspect", suspect_outcome="no further action")


def test_a_suspect_always_shows_its_outcome(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    contact = cases.commands.record_contact(told(), by=officer)
    with pytest.raises(ValidationError) as error:
        completed(contact, officer, role="suspect")
    assert "suspect_outcome" in error.value.message_dict


def test_the_childs_voice_or_why_not(db: None) -> None:
    officer = factories.user(Role.OFFICER)
    contact = cases.commands.record_contact(told(), by=officer)
    with pytest.raises(ValidationError) as error:
        completed(contact, officer, voice=" ")
    assert "voice" in error.value.message_dict


def test_a_draft_is_its_authors_alone_and_sent_once(db: None, held_clock: datetime) -> None:
    officer, other, key = factories.user(Role.OFFICER), factories.user(Role.OFFICER), uuid4()
    draft = cases.commands.start_draft("contact", key=key, by=officer)
    cases.commands.save_draft(draft, fields={"narrative": ["Half a wo"]}, by=officer)
    assert cases.queries.draft(key, viewer=officer).fields == {"narrative": ["Half a wo"]}
    with pytest.raises(NotVisible):
        cases.queries.draft(key, viewer=other)
    with pytest.raises(NotVisible):
        cases.commands.start_draft("contact", key=key, by=other)
    contact = cases.commands.record_contact(told(source_ref=str(key)), by=officer)
    cases.commands.send_draft(draft, contact, by=officer)
    cases.commands.save_draft(draft, fields={"narrative": ["late autosave"]}, by=officer)
    assert cases.queries.draft(key, viewer=officer).fields == {}
    assert list(cases.queries.drafts(viewer=officer)) == []
