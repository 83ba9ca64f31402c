"""What a partner reads of a line: the heading, or what a person wrote; never the narrative as typed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import cases.queries
import clock
import partners.commands
import partners.queries
from accounts.models import AgencyKind, Role, User
from audit.denied import NotAllowed, NotVisible
from audit.models import Entry
from cases.models import ChildRole, ChronologyEvent, Contact, ContactChild, Handling
from partners.models import PartnerText, Share
from tests import factories
from tests.partners.conftest import World
from tests.races import in_turn

TYPED = "Robin was at 1 Sample Street with Dana, seen by an informant"
WRITTEN = "Robin was out late with an older person"


def read_by(user: User, world: World) -> list[str | None]:
    """What a user reads beside the headings of contacts, by their sight of the child's place."""
    sight = cases.queries.sight_of(world.place, viewer=user)
    lines = cases.queries.chronology(sight, viewer=user).filter(contact__isnull=False)
    return [line.partner_text for line in partners.queries.with_partner_texts(lines, viewer=user)]


def line_of(contact: Contact, world: World) -> ChronologyEvent:
    return ChronologyEvent.objects.get(contact=contact, person=world.child, kind="contact")


@pytest.fixture
def contact(world: World) -> Contact:
    return factories.contact(world.child, by=world.lead_worker, narrative=TYPED)


@pytest.fixture
def share(world: World, contact: Contact) -> Share:
    return world.share(sections=["chronology"])


def write(share: Share, of: int, world: World, **changed: object) -> PartnerText:
    said = {"text": WRITTEN, "by": world.lead_worker} | changed
    return partners.commands.write_partner_text(share, of, **said)


def test_without_a_text_the_heading_alone_is_read(world: World, share: Share) -> None:
    assert read_by(world.teacher, world) == [None]


def test_the_share_reads_what_was_written_and_no_other_partner_does(
    world: World, share: Share, contact: Contact
) -> None:
    world.share(agency=world.charity, sections=["chronology"])
    written = write(share, line_of(contact, world).pk, world)
    assert (written.by, written.at, written.share) == (world.lead_worker, clock.now(), share)
    assert read_by(world.teacher, world) == [WRITTEN]
    assert read_by(world.volunteer, world) == [None]
    entry = Entry.objects.get(verb="write partner text")
    assert (entry.kind, entry.persons) == ("disclosure", [world.child.pk])
    assert WRITTEN not in str(entry.records)


def test_written_for_all_partners_every_one_reads_it(
    world: World, share: Share, contact: Contact
) -> None:
    world.share(agency=world.charity, sections=["chronology"])
    write(share, line_of(contact, world).pk, world, for_all=True)
    assert read_by(world.teacher, world) == read_by(world.volunteer, world) == [WRITTEN]


def test_the_newest_counts_and_an_empty_one_takes_it_back(
    world: World, share: Share, contact: Contact
) -> None:
    of = line_of(contact, world).pk
    for text in (WRITTEN, WRITTEN, "Robin was out late", ""):
        write(share, of, world, text=text)
        assert read_by(world.teacher, world) == [text]
    assert PartnerText.objects.count() == 3


def test_a_text_of_a_share_that_ended_is_read_no_more(
    world: World, share: Share, contact: Contact
) -> None:
    write(share, line_of(contact, world).pk, world)
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    again = world.share(sections=["chronology"], until=clock.now() + timedelta(days=5))
    assert read_by(world.teacher, world) == [None]
    write(again, line_of(contact, world).pk, world, text="Out late")
    assert read_by(world.teacher, world) == ["Out late"]


def test_texts_are_written_with_the_share(world: World, contact: Contact) -> None:
    world.share(sections=["chronology"], texts={line_of(contact, world).pk: WRITTEN})
    assert read_by(world.teacher, world) == [WRITTEN]


def test_a_line_that_does_not_cross_has_no_text(world: World, share: Share) -> None:
    police = factories.contact(world.child, by=world.lead_worker, handling="police only")
    others = factories.contact(world.sibling, by=world.lead_worker)
    told = ChronologyEvent.objects.get(says="Shared with Northfield Academy")
    lines = ChronologyEvent.objects.filter(contact__in=[police, others])
    for of in [*lines.values_list("pk", flat=True), told.pk, 10**12]:
        with pytest.raises(NotVisible):
            write(share, of, world)
    with pytest.raises(NotVisible):
        write(share, 10**18, world, by=factories.user("lead worker"))
    with pytest.raises(NotAllowed):
        write(share, 10**18, world, by=world.teacher)
    assert not PartnerText.objects.exists()


def test_the_proposal_is_the_narrative_marked(world: World, share: Share, contact: Contact) -> None:
    (line,) = partners.queries.lines_of_share(share, viewer=world.lead_worker)
    assert line.proposal == TYPED
    assert line.found == [
        "1 Sample Street (address)",
        "Dana (name)",
        "informant (who told us)",
    ]
    assert (line.written, line.of) == ("", line_of(contact, world).pk)


def test_a_victims_address_is_never_proposed_and_refused(
    world: World, share: Share, contact: Contact
) -> None:
    ContactChild.objects.filter(contact=contact).update(role=ChildRole.VICTIM)
    (line,) = partners.queries.lines_of_share(share, viewer=world.lead_worker)
    assert "Sample" not in line.proposal
    assert "[address left out]" in line.proposal
    for text in ("at 1, sample street", "near NB11AA", "lives in Sample Street"):
        with pytest.raises(ValidationError) as refused:
            write(share, line.of, world, text=text)
        assert list(refused.value.message_dict) == ["text"]
        assert "ample" not in str(refused.value.message_dict)


def test_a_victims_address_is_no_part_of_a_summary(world: World, contact: Contact) -> None:
    ContactChild.objects.filter(contact=contact).update(role=ChildRole.VICTIM)
    with pytest.raises(ValidationError) as refused:
        world.share(summary="Robin lives at 1 Sample Street")
    assert refused.value.message_dict == {
        "summary": ["Leave out the address of who was harmed: it is never shared."]
    }
    assert world.share().is_live


# --- a contact by itself


def test_a_contact_is_shared_by_itself_in_the_partners_text(world: World, contact: Contact) -> None:
    share = world.share(
        place=world.child, contact=contact, sections=["summary"], texts={contact.pk: WRITTEN}
    )
    assert partners.queries.contact_text(share, viewer=world.teacher) == WRITTEN
    assert cases.queries.record(world.child.pk, viewer=world.teacher).sections == {"summary"}
    (ours,) = partners.queries.shares_of_child(world.child, viewer=world.teacher)
    assert ours == share


def test_of_a_contact_nothing_but_the_summary_is_shared(world: World, contact: Contact) -> None:
    with pytest.raises(ValidationError) as refused:
        world.share(
            place=world.child,
            contact=contact,
            sections=["summary", "chronology"],
            texts={contact.pk: WRITTEN},
        )
    assert list(refused.value.message_dict) == ["sections"]
    for nothing in ({}, {contact.pk: " "}):
        with pytest.raises(ValidationError) as refused:
            world.share(place=world.child, contact=contact, sections=["summary"], texts=nothing)
        assert list(refused.value.message_dict) == ["texts"]


def test_a_contact_that_is_police_only_or_anothers_never_crosses(world: World) -> None:
    police = factories.contact(world.child, by=world.lead_worker, handling="police only")
    others = factories.contact(world.sibling, by=world.lead_worker)
    for contact in (police, others):
        with pytest.raises(ValidationError) as refused:
            world.share(
                place=world.child,
                contact=contact,
                sections=["summary"],
                texts={contact.pk: WRITTEN},
            )
        assert list(refused.value.message_dict) == ["contact"]


def mark(contact: Contact) -> Contact:
    """The police's own system marks it police only."""
    return cases.commands.amend_contact(
        contact,
        narrative=TYPED,
        handling=Handling.POLICE_ONLY,
        content_hash="x",
        by=factories.user(Role.OFFICER),
    )


def test_a_contact_that_becomes_police_only_is_shared_no_more(
    world: World, contact: Contact
) -> None:
    other = world.share(place=factories.place(world.sibling, world.case))
    share = world.share(
        place=world.child, contact=contact, sections=["summary"], texts={contact.pk: WRITTEN}
    )
    mark(contact)
    share.refresh_from_db()
    assert (share.ended_at, share.end_reason) == (
        clock.now(), "Its contact was marked police only",
    )  # fmt: skip
    assert list(partners.queries.shared_with_us(viewer=world.teacher)) == [other]
    with pytest.raises(NotVisible):
        cases.queries.record(world.child.pk, viewer=world.teacher)


def test_the_hub_is_told_no_more_of_a_share_whose_contact_became_police_only(
    world: World, contact: Contact
) -> None:
    """Neither that it was shared nor why that ended; the lead agency reads both."""
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub = factories.team(agency=council, is_hub=True)
    triage = factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,))
    share = world.share(
        place=world.child, contact=contact, sections=["summary"], texts={contact.pk: WRITTEN}
    )
    cases.commands.open_record(
        world.child, kind="safeguarding check", words="Asked by the school", by=triage
    )

    def told(user: User) -> tuple[int, int]:
        sight = cases.queries.record(world.child.pk, viewer=user)
        lines = cases.queries.chronology(sight, viewer=user)
        return (
            partners.queries.disclosures(world.child, viewer=user).count(),
            lines.filter(says__startswith="Shar").count(),
        )

    assert told(triage) == told(world.lead_worker) == (1, 1)
    assert partners.queries.share(share.pk, viewer=triage) == share
    mark(contact)
    assert told(triage) == (0, 0)
    assert told(world.lead_worker) == (1, 2)
    with pytest.raises(NotVisible):
        partners.queries.share(share.pk, viewer=triage)


def test_a_contact_becomes_police_only_while_it_is_shared(committed_world: World) -> None:
    world = committed_world
    contact = factories.contact(world.child, by=world.lead_worker, narrative=TYPED)
    _, refusal = in_turn(
        Contact.objects.filter(pk=contact.pk),
        lambda: mark(contact),
        lambda: world.share(
            place=world.child, contact=contact, sections=["summary"], texts={contact.pk: WRITTEN}
        ),
    )
    assert list(refusal.message_dict) == ["contact"]
    assert not Share.objects.exists()
