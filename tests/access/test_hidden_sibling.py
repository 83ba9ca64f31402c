"""Wren and Jay were in one contact, two referrals, two cases; then Jay's record is hidden. Nothing that was
written of both is shown to anybody but Jay's named list, on any page or over the API; what is of Wren stays.

Every word of the free texts carries Jay's surname, so that one search finds them all.
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.test import Client

import asking
import cases.commands
import cases.queries
import clock
import partners.commands
import partners.queries
import referrals.commands
import referrals.queries
from accounts.models import AgencyKind, Notification, Role, User
from cases.access import scope
from cases.commands import Named
from cases.models import (
    Case,
    ChronologyEvent,
    Contact,
    EventDetail,
    Handling,
    Person,
    Restriction,
)
from partners.models import PartnerText, Share
from referrals.models import IN_PERSON, Referral
from tests import factories
from tests.access.test_hidden import plain
from tests.partners.conftest import World, build_world
from tests.rest.api import Machine, machine

SURNAME = "Quillfeather"
SECTIONS = ["summary", "chronology", "watch", "plan", "interventions", "contributions"]


@dataclass
class Family:
    """Wren and Jay, who knows of them, and what was written of both."""

    world: World
    wren: Person
    jay: Person
    contact: Contact
    waiting: Referral
    decided: Referral
    case: Case
    closed: Case
    shares: list[Share]
    people: dict[str, User]
    machines: dict[str, Machine] = field(default_factory=dict)

    def addresses(self) -> list[str]:
        return [
            "/",
            "/cases",
            "/referrals",
            "/shared",
            "/flags",
            "/own",
            "/own?of=referrals",
            "/shares",
            f"/children/{self.wren.pk}",
            f"/contacts/{self.contact.pk}",
            *(f"/referrals/{each.reference}" for each in (self.waiting, self.decided)),
            *(f"/cases/{each.reference}" for each in (self.case, self.closed)),
            f"/cases/{self.case.reference}/close",
            *(f"/places/{factories.place(self.wren, self.case).pk}/{page}" for page in PLACE_PAGES),
            *(f"/shares/{each.pk}/texts" for each in self.shares),
        ]

    def paths(self) -> list[str]:
        return [
            "/contacts",
            "/referrals",
            "/shared",
            *(f"/referrals/{each.reference}" for each in (self.waiting, self.decided)),
            *(f"/shared/{each.reference}" for each in self.shares),
        ]

    def shown(self) -> dict[tuple[str, str], str]:
        """Every page and answer, by who asked for what; not the keeper's, whose record it will be."""
        found = {}
        for name, user in self.people.items():
            if name == "keeper":
                continue
            client = Client()
            client.force_login(user)
            found |= {(name, at): plain(client.get(at)) for at in self.addresses()}
        for name, program in self.machines.items():
            found |= {(name, at): plain(program.get(at)) for at in self.paths()}
        return found

    def hide(self, kind: str = "restricted") -> Restriction:
        keeper = self.people["keeper"]
        return cases.commands.restrict(
            self.jay,
            owner=keeper,
            why="A witness",
            named=[Named(keeper, reachable_at_any_hour=True)],
            kind=kind,
            by=self.world.signer,
        )


PLACE_PAGES = ("shares/new", "consents/new")


@pytest.fixture
def family(db: None, held_clock: object, caplog: pytest.LogCaptureFixture) -> Family:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    world = build_world()
    council = factories.agency(AgencyKind.EARLY_HELP)
    hub = factories.team(agency=council, is_hub=True)
    people = {
        "author": factories.user(Role.OFFICER, Role.TRIAGE_WORKER),
        "opener": factories.user(Role.OFFICER),
        "lead worker": world.lead_worker,
        "council's hub": factories.user(Role.TRIAGE_WORKER, agency=council, teams=(hub,)),
        "police in the hub": factories.user(Role.TRIAGE_WORKER, teams=(hub,)),
        "teacher": world.teacher,
        "volunteer": world.volunteer,
        "governance": world.signer,
        "keeper": factories.user(Role.SUPERVISOR, Role.LEAD_WORKER, name="Kay Keeper"),
    }
    wren, jay = factories.child("Wren", "Fenn"), factories.child("Jay", SURNAME)
    told = factories.contact(wren, jay, by=people["author"], narrative=f"Narrative {SURNAME}")
    waiting = refer(told, wren, jay, by=people["author"])
    before = factories.contact(wren, jay, by=people["author"], narrative=f"Before {SURNAME}")
    decided = refer(before, wren, jay, reason="Earlier", by=people["author"])
    case = referrals.commands.accept(
        decided,
        reason=f"Decided {SURNAME}",
        answer=f"Answer {SURNAME}",
        family_name=SURNAME,
        team=world.case.team,
        lead_worker=world.lead_worker,
        by=people["police in the hub"],
    )
    review(case, wren, jay, by=world.lead_worker)
    closed = factories.case(wren, jay, lead_worker=world.lead_worker, team=world.case.team)
    close(closed, wren, jay, by=world.lead_worker)
    cases.commands.open_record(wren, kind="supervision", words="To look", by=people["opener"])
    made = Family(
        world, wren, jay, told, waiting, decided, case, closed,
        [share_place(world, wren, case), share_contact(world, wren, told, by=people["author"])],
        people,
    )  # fmt: skip
    made.machines = {"school": machine(world.school), "police": machine(world.police)}
    return made


def refer(contact: Contact, *children: Person, reason: str = "Reason", by: User) -> Referral:
    return referrals.commands.make_referral(
        contact=contact,
        children=list(children),
        reason=f"{reason} {SURNAME}",
        wanted=f"Wanted {SURNAME}",
        agreed="not asked",
        agreed_why_not=f"Why not {SURNAME}",
        by=by,
    )


def review(case: Case, *children: Person, by: User) -> None:
    cases.commands.review_case(
        case,
        held_on=clock.today(),
        attended=f"Took part {SURNAME}",
        places=[
            (factories.place(child, case), f"Better {child.forenames}", "Good", "")
            for child in children
        ],
        by=by,
    )


def close(case: Case, *children: Person, by: User) -> None:
    cases.commands.close_case(
        case,
        reason="needs met",
        outcome=f"Outcome {SURNAME}",
        places=[(factories.place(child, case), "all", "Their nan") for child in children],
        by=by,
    )


def share_place(world: World, wren: Person, case: Case) -> Share:
    """Wren's place with the school, with texts for a contact, a referral, how a case ended."""
    agreement = world.sign(title="All sections", sections=SECTIONS)
    events = ChronologyEvent.objects.filter(person=wren, kind__in=("contact", "referral", "case"))
    texts = {each.pk: f"Text {SURNAME}" for each in events.filter(words__isnull=False)}
    assert {each.kind for each in events.filter(pk__in=texts)} == {"contact", "referral", "case"}
    return world.share(
        place=factories.place(wren, case), agreement=agreement, sections=SECTIONS, texts=texts
    )


def share_contact(world: World, wren: Person, contact: Contact, *, by: User) -> Share:
    return partners.commands.share(
        wren,
        agency=world.school,
        agreement=world.agreement,
        purpose="Early help",
        lawful_basis="public task",
        necessity="They see Wren daily",
        summary="Often hungry",
        sections=["summary"],
        until=clock.now() + timedelta(days=30),
        contact=contact,
        texts={contact.pk: f"Told {SURNAME}"},
        by=by,
    )


# Who is shown what of it before: without these the test would prove nothing.
SHOWN_BEFORE = {
    "author": ("Narrative", "Reason", "Wanted", "Why not", "Answer"),
    "opener": ("Narrative", "Reason", "Decided", "Outcome"),
    "lead worker": ("Narrative", "Reason", "Outcome", "Took part", "Text", "Why not"),
    "council's hub": ("Narrative", "Reason", "Wanted", "Decided", "Outcome"),
    "police in the hub": ("Narrative", "Reason", "Wanted", "Decided", "Answer"),
    "teacher": ("Text", "Told"),
    "school": ("Text", "Told"),
}


def telling(shown: dict[tuple[str, str], str]) -> list[str]:
    """Which pages and answers tell of Jay."""
    return [
        f"{name} {at}" for (name, at), page in shown.items() if SURNAME in page or "Jay" in page
    ]


def words_of(shown: dict[tuple[str, str], str], name: str) -> str:
    return "".join(page for (who, _), page in shown.items() if who == name)


def test_no_page_and_no_answer_tells_of_the_hidden_sibling(family: Family) -> None:
    before = family.shown()
    missing = [
        f"{name}: {word}"
        for name, words in SHOWN_BEFORE.items()
        for word in words
        if f"{word} {SURNAME}" not in words_of(before, name)
    ]
    assert not missing, missing
    made = family.hide()
    during = family.shown()
    assert not (told := telling(during)), "\n".join(told)
    # What is of Wren goes on, and the referral and the case keep their state.
    author = words_of(during, "author")
    assert f"{family.waiting.reference}: Wren Fenn" in author
    assert IN_PERSON in author
    assert "Better Wren" in words_of(during, "lead worker")
    assert f"Case {family.case.reference}" in words_of(during, "lead worker")
    assert f"{family.waiting.reference}: Wren Fenn" in words_of(during, "council's hub")
    assert "Often hungry" in words_of(during, "teacher")
    cases.commands.lift(made, why="Over", by=family.world.signer)
    assert telling(family.shown()) == telling(before)


def test_nor_does_any_of_a_sealed_one(family: Family) -> None:
    family.hide("sealed")
    assert not (told := telling(family.shown())), "\n".join(told)


def test_the_named_list_reads_what_was_written_of_both(family: Family) -> None:
    family.hide()
    client = Client()
    client.force_login(family.people["keeper"])
    assert f"Narrative {SURNAME}" in plain(client.get(f"/children/{family.jay.pk}"))


def test_the_queries_hold_under_the_viewers_own_lock(family: Family) -> None:
    """As a task they see every row; the viewer's lock shows none of Jay's, and a filter over them none to
    leave out."""
    family.hide()
    for name in ("author", "opener", "lead worker", "council's hub", "police in the hub"):
        viewer = family.people[name]
        with asking.viewer(viewer.pk):
            sight = scope.sight(viewer, family.wren.pk)
            lines = cases.queries.chronology(sight, viewer=viewer)
            kinds = set(lines.values_list("kind", flat=True))
            words = [line.detail for line in lines]
            found = {*referrals.queries.about(sight, viewer=viewer)}
        assert "contact" not in kinds, name
        assert "referral" in kinds, name
        assert not [each for each in words if SURNAME in each], name
        assert {each.pk for each in found} == {family.waiting.pk, family.decided.pk}, name
        assert all(each.keeps_words_back and each.keeps_contact_back for each in found), name


def test_a_filter_that_was_forgotten_finds_nothing_of_it(family: Family) -> None:
    """The database itself shows no line of the contact, no words and no text of both."""
    family.hide()
    for name, user in family.people.items():
        if name == "keeper":
            continue
        with asking.viewer(user.pk):
            lines = ChronologyEvent.objects.filter(person=family.wren.pk, kind="contact")
            assert not lines.exists(), name
            assert not EventDetail.objects.filter(text__contains=SURNAME).exists(), name
            assert not PartnerText.objects.filter(text__contains=SURNAME).exists(), name
            assert not Contact.objects.filter(narrative__contains=SURNAME).exists(), name


def test_whoever_keeps_the_record_is_told_whose_text_is_kept_back_and_nobody_else(
    family: Family,
) -> None:
    before = {line.pk for line in Notification.objects.all()}
    family.hide()
    lines = Notification.objects.exclude(pk__in=before)
    of_contact = family.shares[1].reference
    assert [line.user.name for line in lines if of_contact in line.text] == ["Kay Keeper"]


# --- police only: the same shape, another fact


def test_a_referral_of_a_contact_that_became_police_only_keeps_its_words_from_another_agency(
    family: Family,
) -> None:
    cases.commands.amend_contact(
        family.contact,
        narrative="A source",
        handling=Handling.POLICE_ONLY,
        content_hash="x" * 64,
        by=family.people["author"],
    )
    address = f"/referrals/{family.waiting.reference}"

    def read(name: str, at: str) -> str:
        client = Client()
        client.force_login(family.people[name])
        return plain(client.get(at))

    council = read("council's hub", address)
    assert "Police hold more about this contact" in council
    assert "Kept back. Ask whoever made it." in council
    assert not [word for word in ("Reason", "Wanted", "Why not") if f"{word} {SURNAME}" in council]
    of_wren = read("council's hub", f"/children/{family.wren.pk}")
    assert f"{family.waiting.reference}" not in of_wren
    assert family.decided.reference in of_wren
    for name in ("police in the hub", "author"):
        assert f"Reason {SURNAME}" in read(name, address)


def test_under_the_viewers_lock_police_only_shares_and_referrals_do_not_cross(
    family: Family,
) -> None:
    hub = family.people["council's hub"]
    Contact.objects.filter(pk=family.contact.pk).update(handling=Handling.POLICE_ONLY)
    for viewer, seen in ((hub, False), (family.people["police in the hub"], True)):
        with asking.viewer(viewer.pk):
            sight = scope.sight(viewer, family.wren.pk)
            of_wren = referrals.queries.about(sight, viewer=viewer).values_list("pk", flat=True)
            disclosed = partners.queries.disclosures(family.wren, viewer=viewer)
            assert (family.waiting.pk in set(of_wren)) == seen
            assert disclosed.filter(contact=family.contact.pk).exists() == seen


# --- a line is its section's, in the database too


def test_without_the_chronology_a_partner_is_shown_no_line_by_the_database(world: World) -> None:
    factories.contact(world.child, by=world.lead_worker)

    def lines(user: User) -> set[str]:
        with asking.viewer(user.pk):
            return set(ChronologyEvent.objects.values_list("kind", flat=True))

    world.share(sections=["summary"])
    world.share(agency=world.charity, sections=["chronology"])
    assert lines(world.teacher) == set()
    assert "contact" in lines(world.volunteer)


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()
