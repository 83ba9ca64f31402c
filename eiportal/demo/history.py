"""Two years of casework by the commands: contacts, flags, referrals, cases, help, all invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import accounts.commands
import cases.commands
import clock
import partners.commands
import referrals.commands
from accounts.models import Area, Notification, User
from cases.commands import ChildSeen, Completion, Noticed, Told
from cases.matching.keys import Described
from cases.models import (
    Case,
    CaseChild,
    Contact,
    ContactChild,
    ContactType,
    Flag,
    Handling,
    Indicator,
)
from eiportal.demo.lives import Life, later, live, working
from eiportal.demo.names import FORENAMES, SURNAMES
from eiportal.demo.people import SCHOOL, Town
from partners.models import LawfulBasis
from referrals.models import Referral

SEED = 20261129
# One family every ten days, for two years; the last met a few days ago.
FAMILIES, DAYS_APART, LAST_DAYS_AGO = 72, 10, 2
# Lines on somebody's home page that are older have been followed.
FOLLOWED_DAYS = 14


@dataclass(frozen=True)
class Reason:
    """What is met again and again: the type of contact, what is noticed first, what was seen."""

    kind: str
    codes: tuple[str, ...]
    strengths: tuple[str, ...]
    happened: str
    voice: str


REASONS = (
    Reason(
        ContactType.CHILD_CONCERN, ("SCH01", "FAM06"), ("P03",),
        "Seen in town in school hours for the third day.", "School's loud. I can't do loud.",
    ),
    Reason(
        ContactType.ANTI_SOCIAL_BEHAVIOUR, ("IND07", "PEE01"), ("P07",),
        "In a group on the car park roof; came down when asked.", "There's nowhere else to sit.",
    ),
    Reason(
        ContactType.DOMESTIC_ABUSE, ("FAM01",), ("P01",),
        "Neighbours heard shouting; the children were in the kitchen.", "I take my brother upstairs.",
    ),
    Reason(
        ContactType.SCHOOL_INCIDENT, ("SCH03",), ("P06",),
        "A fight at the gate after a week of messages.", "They started it online.",
    ),
    Reason(
        ContactType.MISSING_PERSON, ("EXP01", "FAM07"), ("P15",),
        "Away overnight, found at a friend's at breakfast.", "I just needed a night off.",
    ),
    Reason(
        ContactType.VICTIM_OF_CRIME, ("IND13",), ("P04", "P12"),
        "Robbed of a coat on the way home.", "I walk with my cousin now.",
    ),
    Reason(
        ContactType.ANTI_SOCIAL_BEHAVIOUR, ("IND07", "SCH06"), ("P09",),
        "Bins set over outside the library, said sorry to the caretaker.", "I was bored.",
    ),
    Reason(
        ContactType.CHILD_CONCERN, ("EXP05",), ("P10",),
        "Afraid of two men in a car who say that money is owed.", "They know where I live.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Household:
    """A family of the history, with what chance has in store for it."""

    number: int
    surname: str
    children: Sequence[tuple[str, date, str]]
    reason: Reason
    met_on: date
    area: Area
    chance: Random


def live_two_years(town: Town) -> None:
    """Seventy-two families, one every ten days, as the commands would have written them then."""
    live(_life(household, town) for household in _households(town))
    _follow_lines()


def _follow_lines() -> None:
    """Whoever was told of something has followed the line, so no home page is two years long."""
    old = clock.now() - timedelta(days=FOLLOWED_DAYS)
    for line in Notification.objects.filter(at__lt=old, seen_at=None).select_related("user"):
        with clock.at(line.at + timedelta(hours=2)):
            accounts.commands.mark_seen(line, by=line.user)


def _households(town: Town) -> list[Household]:
    areas = list(town.areas.values())
    return [_household(number, areas[number % len(areas)]) for number in range(FAMILIES)]


def _household(number: int, area: Area) -> Household:
    chance = Random(SEED + number)
    ago = LAST_DAYS_AGO + (FAMILIES - 1 - number) * DAYS_APART
    met_on = clock.today() - timedelta(days=ago)
    children = [
        (
            chance.choice(FORENAMES),
            met_on - timedelta(days=chance.randrange(10 * 366, 16 * 366)),
            chance.choice("FM"),
        )
        for _ in range(chance.choice((1, 1, 2)))
    ]
    reason = REASONS[number % len(REASONS)]
    return Household(number, SURNAMES[number], children, reason, met_on, area, chance)


def _life(household: Household, town: Town) -> Life:
    """What happens to one family, in order, for as long as the time until now allows."""
    chance = household.chance
    asha, sam, tariq = town.users["asha"], town.users["sam"], town.users["tariq"]
    yield working(household.met_on, chance.randrange(9, 14), chance.randrange(60))
    contact = _capture(household, by=asha)
    refers = chance.random() < 0.85
    yield clock.now() + timedelta(minutes=chance.randrange(25, 90))
    _complete(contact, household, refers=refers, by=asha)
    if Flag.objects.filter(contact=contact, answered_at=None).exists():
        late = chance.random() < 0.15
        yield clock.now() + timedelta(minutes=chance.randrange(80, 300) if late else 6)
        _answer(contact, by=sam)
    if not refers:
        return
    yield clock.now() + timedelta(minutes=chance.randrange(5, 60))
    referral = _refer(contact, household, by=asha)
    late = chance.random() < 0.15
    yield later(chance.randrange(3, 6) if late else 1, 9, chance.randrange(5, 50))
    case = _decide(referral, household, town, by=tariq)
    if case is not None:
        yield from _help(case, household, town)


def _capture(household: Household, *, by: User) -> Contact:
    moment = clock.now() - timedelta(minutes=household.chance.randrange(10, 50))
    street = f"{household.number % 40 + 1} {household.surname} Street"
    postcode = f"NB{household.number % 9 + 1} {household.number % 8 + 1}QX"
    return cases.commands.record_contact(
        Told(
            source="form",
            source_ref=f"demo history {household.number:03}",
            occurred_at=moment,
            contact_type=household.reason.kind,
            narrative=household.reason.happened,
            handling=Handling.SHARE,
            safe_now="yes",
            area=household.area,
            location=street,
            children=[
                ChildSeen(Described(household.surname, first, born, sex, street, postcode), sex=sex)
                for first, born, sex in household.children
            ],
        ),
        by=by,
    )


def _complete(contact: Contact, household: Household, *, refers: bool, by: User) -> None:
    reason = household.reason
    found = Indicator.objects.in_bulk((*reason.codes, *reason.strengths), field_name="code")
    children = ContactChild.objects.filter(contact=contact).select_related("person").order_by("pk")
    completions = [
        Completion(
            child=child,
            voice=reason.voice if first else "",
            voice_why_not="" if first else "Was at school, to be seen at home",
            noticed=[Noticed(found[code]) for code in (reason.codes if first else reason.codes[:1])]
            + [Noticed(found[code]) for code in (reason.strengths if first else ())],
        )
        for first, child in zip((True, False, False), children, strict=False)
    ]
    cases.commands.complete_contact(
        contact,
        completions=completions,
        handling=Handling.SHARE,
        noticed={"behaviour": "Tired, and talked when asked"},
        told_family="yes",
        told_family_why_not="",
        next_step="refer" if refers else "nothing more",
        not_referred_why="" if refers else "The school's own team has taken it up",
        by=by,
    )


def _answer(contact: Contact, *, by: User) -> None:
    """One answer for each child's flags."""
    open_flags: dict[int, list[Flag]] = {}
    for flag in Flag.objects.filter(contact=contact, answered_at=None).order_by("pk"):
        open_flags.setdefault(flag.person_id, []).append(flag)
    for first, *also in open_flags.values():
        cases.commands.answer_flag(
            first,
            action="Seen at home with a social worker; safe tonight, and a plan for the week.",
            also=tuple(also),
            by=by,
        )


def _refer(contact: Contact, household: Household, *, by: User) -> Referral:
    return referrals.commands.make_referral(
        contact=contact,
        children=[child.person for child in contact.children.select_related("person")],
        reason=household.reason.happened,
        wanted="Somebody for the family to talk to, before this grows",
        agreed="yes",
        agreed_why_not="",
        by=by,
    )


def _decide(referral: Referral, household: Household, town: Town, *, by: User) -> Case | None:
    """Four in five become a case; the others are declined, or go back with a question."""
    fate = household.chance.random()
    if fate < 0.12:
        referrals.commands.decline(
            referral,
            reason="The school's own support meets this need.",
            answer="Thank you. The school will see the family this week; refer again if it grows.",
            by=by,
        )
        return None
    if fate < 0.2:
        referrals.commands.return_for_information(
            referral,
            reason="We do not know who looks after the children at night.",
            answer="Please ask who is at home after six, and send it again.",
            by=by,
        )
        return None
    return referrals.commands.accept(
        referral,
        reason="More than one agency can meet this need, and the family agrees.",
        answer="Thank you. A lead worker will call the family this week.",
        family_name=household.surname,
        team=town.teams["early"],
        lead_worker=_lead(household, town),
        by=by,
    )


def _lead(household: Household, town: Town) -> User:
    return town.users["lena" if household.number % 5 in {0, 2, 4} else "bea"]


def _help(case: Case, household: Household, town: Town) -> Life:
    """The plan and who joins it."""
    chance, lead = household.chance, _lead(household, town)
    places = list(case.places.select_related("case", "person").order_by("pk"))
    first = places[0]
    yield later(chance.randrange(2, 6), 10)
    action = cases.commands.set_action(
        first,
        what="Visit the family at home and agree what comes first",
        owner=lead,
        due_on=clock.today() + timedelta(days=14),
        by=lead,
    )
    if chance.random() < 0.3:
        yield later(2, 11)
        _share(first, town, by=lead)
    yield later(chance.randrange(5, 20), 15)
    cases.commands.complete_action(
        action, came_of_it="Visited; bedtimes and a key adult agreed.", by=lead
    )


def _share(place: CaseChild, town: Town, *, by: User) -> None:
    partners.commands.share(
        place,
        agency=town.agencies[SCHOOL],
        agreement=town.agreement,
        purpose="Early help for a child and family",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        necessity="School sees the child each day and can greet them by name.",
        summary="We are working with the family. A calm start to the day helps.",
        sections=["summary", "plan"],
        until=clock.now() + timedelta(days=180),
        safe_to_tell_read=True,
        by=by,
    )
