"""The demo's casework: prompts decided, and one family at each step of the spine. All invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import cases.commands
import clock
import partners.commands
import referrals.commands
from cases.commands import ChildSeen, Completion, Noticed, Told
from cases.matching.keys import Described
from cases.models import (
    Case,
    CaseChild,
    Contact,
    ContactChild,
    Flag,
    Handling,
    Indicator,
    Prompt,
    PromptState,
)
from eiportal.demo import hidden, looks, sharing, standing
from eiportal.demo.people import SCHOOL, Town
from partners.models import Caution, LawfulBasis, Notice, NoticeKind, Share
from referrals.models import Referral

SEED = 20261120
CONFIRMED, DROPPED = 320, 80
# Flags left open, for somebody to answer in the demo.
OPEN_FLAGS = 4
REASONS = (
    "The text does not bear it out",
    "Ticked for a brother, not for this child",
    "Nothing was found or seen",
)


def decide_prompts(town: Town) -> None:
    """Confirm and drop some hundreds of the import's prompts; answer all but a few of the flags."""
    chance = Random(SEED)
    sam = town.users["sam"]
    waiting = Prompt.objects.filter(state=PromptState.WAITING, indicator__isnull=False)
    waiting = waiting.select_related("person", "contact", "indicator").order_by("pk")
    chosen = chance.sample(list(waiting), CONFIRMED + DROPPED)
    for prompt in chosen[:CONFIRMED]:
        assert prompt.indicator is not None, "asked for"
        cases.commands.confirm_prompt(
            prompt,
            indicator=prompt.indicator,
            severity=chance.choices((1, 2, 3), (3, 6, 1))[0],
            confidence=chance.choices(("suspected", "reported", "confirmed"), (2, 6, 2))[0],
            by=sam,
        )
    for prompt in chosen[CONFIRMED:]:
        cases.commands.drop_prompt(prompt, reason=chance.choice(REASONS), by=sam)
    _answer_flags(town)


def _answer_flags(town: Town) -> None:
    flags: dict[int, list[Flag]] = {}
    for flag in Flag.objects.filter(answered_at=None).order_by("pk"):
        flags.setdefault(flag.person_id, []).append(flag)
    for first, *also in list(flags.values())[OPEN_FLAGS:]:
        cases.commands.answer_flag(
            first,
            action="Spoke to children's services, who know the family; strategy discussion held.",
            also=tuple(also),
            by=town.users["sam"],
        )


@dataclass(frozen=True)
class Family:
    """A family of the story: its children as (first name, born so many years ago, sex).

    `voice` is what the first of them said.
    """

    surname: str
    street: str
    postcode: str
    children: Sequence[tuple[str, int, str]]
    happened: str
    days_ago: int
    voice: str
    contact_type: str = "Child concern"


FAMILIES = (
    Family(
        "Marlowe", "3 Quay Row", "NB1 4QR", [("Ellis", 12, "M")],
        "Ellis was on the quay at 11 in the morning, said he had not been at school all week.", 1,
        "Nobody asks where I am anyway.",
    ),
    Family(
        "Adeyemi", "27 Mill Lane", "NB5 2ML", [("Tobi", 9, "M"), ("Simi", 7, "F")],
        "Shouting heard from the street. Tobi opened the door and said mum's friend broke the table.",
        2, "I just want it to be quiet at home.", "Domestic abuse - child present",
    ),
    Family(
        "Pryce", "14 Harbour View", "NB1 7HV", [("Cerys", 14, "F")],
        "Found asleep at the bus station in the morning, said she had nowhere to be.", 6,
        "They said I could stay with them if I did what they asked.",
    ),
    Family(
        "Nowak", "8 Orchard Close", "NB3 9RC", [("Kuba", 11, "M"), ("Zofia", 8, "F")],
        "Kuba was with a group throwing stones at the bus shelter; Zofia had followed him.", 3,
        "If I don't go with them I'm next.",
    ),
    Family(
        "Fairweather", "52 Hill Street", "NB8 3HS", [("Rowan", 13, "U"), ("Wren", 10, "F")],
        "Rowan was robbed of a phone by older boys and is afraid of the walk to school.", 20,
        "I go the long way round now, by the canal.",
    ),
    Family(
        "Castellan", "91 North Road", "NB4 6NR", [("Milo", 12, "M"), ("Iris", 6, "F")],
        "Milo was away from home overnight for the second time. Iris asked when he would be back.", 40,
        "I go to my aunt's when they shout.",
    ),
)  # fmt: skip


def tell_stories(town: Town) -> None:
    """One family at each step: captured, flagged, answered, referred, accepted, shared and helped.

    The school has two notices: one that it sees to, one that nobody has opened.
    """
    marlowe, adeyemi, pryce, nowak, fairweather, castellan = FAMILIES
    met = capture(marlowe, town, safe_now="yes")
    _tell_school_today(met, town)
    flagged = complete(capture(adeyemi, town, safe_now="yes"), adeyemi, ["FAM01"], ["P01"], town)
    assert flagged.flags.exists()
    _tell_school(flagged, adeyemi, town)
    found = complete(capture(pryce, town, safe_now="no"), pryce, ["EXP01", "PEE01"], ["P15"], town)
    answer(found, town)
    standing.of_cerys(found, by=town.users["asha"])
    refer(complete(capture(nowak, town), nowak, ["IND07", "SCH01"], ["P07"], town), nowak, town)
    accept(
        _referred(fairweather, ["IND13", "IND14", "SCH01"], ["P01", "P04"], town), fairweather, town
    )
    help_family(accept(_referred(castellan, ["EXP01", "FAM07"], ["P03", "P04"], town), castellan, town),
                castellan, town)  # fmt: skip
    seen = [contact.children.select_related("person")[0].person for contact in (met, found)]
    standing.open_records(seen, town)
    sharing.tell(town, night=found)
    hidden.hide(town)
    looks.watch(town)


def _working_time(days_ago: int, hour: int) -> datetime:
    """A moment in office hours, so many days ago or on the working day before that."""
    day = clock.today() - timedelta(days=days_ago)
    while not clock.is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(hour, 20), clock.LONDON)


def _born(years: int, day: date) -> date:
    """A birth date that makes a child so many years old, half a year past the birthday."""
    return date(day.year - years, 1, 15) - timedelta(days=40 * (years % 4))


def capture(family: Family, town: Town, *, safe_now: str = "yes") -> Contact:
    """Asha meets the children and writes it down."""
    moment = _working_time(family.days_ago, 9)
    seen = [
        ChildSeen(
            Described(
                family.surname,
                first,
                _born(years, moment.date()),
                sex,
                family.street,
                family.postcode,
            ),
            sex=sex,
        )
        for first, years, sex in family.children
    ]
    with clock.at(moment):
        return cases.commands.record_contact(
            Told(
                source="form",
                source_ref=f"demo {family.surname}",
                occurred_at=moment - timedelta(minutes=20),
                contact_type=family.contact_type,
                narrative=family.happened,
                handling=Handling.SHARE,
                safe_now=safe_now,
                area=town.areas["NBC1"],
                location=family.street,
                children=seen,
            ),
            by=town.users["asha"],
        )


def complete(
    contact: Contact, family: Family, risks: Sequence[str], strengths: Sequence[str], town: Town
) -> Contact:
    """Asha completes the contact the same hour: what was noticed, the child's voice."""
    children = list(
        ContactChild.objects.filter(contact=contact).select_related("person").order_by("pk")
    )
    completions = [
        Completion(
            child=child,
            voice=family.voice if number == 0 else "",
            voice_why_not="" if number == 0 else "Was with a neighbour, to be seen at home",
            noticed=[
                Noticed(Indicator.objects.get(code=code), severity=2, confidence="reported")
                for code in (*(risks if number == 0 else risks[:1]), *strengths)
            ],
        )
        for number, child in enumerate(children)
    ]
    with clock.at(_working_time(family.days_ago, 10)):
        return cases.commands.complete_contact(
            contact,
            completions=completions,
            handling=Handling.SHARE,
            noticed={"behaviour": "Quiet, tired, polite"},
            told_family="yes",
            told_family_why_not="",
            next_step="refer",
            by=town.users["asha"],
        )


def _tell_school(contact: Contact, family: Family, town: Town) -> None:
    """The school hears of the first child the same day, and sees to it before the next school day."""
    with clock.at(_working_time(family.days_ago, 11)):
        notice = _send_notice(
            contact,
            NoticeKind.ENCOMPASS,
            "Police came to shouting at home in the morning. Tobi opened the door, was not hurt, and "
            "said: I just want it to be quiet at home.",
            town,
            cautions=[Caution.DO_NOT_SPEAK, Caution.DO_NOT_QUESTION],
        )
    with clock.at(min(notice.due_at - timedelta(minutes=25), clock.now())):
        partners.commands.acknowledge_notice(
            notice,
            seen_to_by="Grace Oyelaran",
            answer="His tutor will keep an eye on him, and has a quiet room ready.",
            by=town.users["grace"],
        )


def _tell_school_today(contact: Contact, town: Town) -> None:
    """A notice that nobody has opened yet."""
    with clock.at(clock.now() - timedelta(minutes=20)):
        _send_notice(
            contact,
            NoticeKind.OTHER,
            "Ellis was on the quay in school hours and said he had not been at school all week.",
            town,
        )


def _send_notice(
    contact: Contact, kind: NoticeKind, content: str, town: Town, cautions: Sequence[str] = ()
) -> Notice:
    child = contact.children.select_related("person").order_by("pk")[0]
    return partners.commands.send_notice(
        child.person,
        contact=contact,
        happened_at=contact.occurred_at,
        agency=town.agencies[SCHOOL],
        kind=kind,
        content=content,
        cautions=cautions,
        purpose="Keeping the child safe at school",
        lawful_basis=LawfulBasis.LEGAL_OBLIGATION
        if kind == NoticeKind.ENCOMPASS
        else LawfulBasis.PUBLIC_TASK,
        by=town.users["asha"],
    )


def answer(contact: Contact, town: Town) -> None:
    """Sam answers the flags of a contact."""
    first, *also = Flag.objects.filter(contact=contact, answered_at=None).order_by("pk")
    with clock.at(first.raised_at + timedelta(minutes=9)):
        cases.commands.answer_flag(
            first,
            action="Taken home by a unit; mother in; children's services told.",
            also=tuple(also),
            by=town.users["sam"],
        )


def refer(contact: Contact, family: Family, town: Town) -> Referral:
    """Asha refers the children of a contact to the hub."""
    with clock.at(_working_time(family.days_ago, 11)):
        return referrals.commands.make_referral(
            contact=contact,
            children=[child.person for child in contact.children.select_related("person")],
            reason=f"{family.happened} The family would like somebody to talk to.",
            wanted="A lead worker for the family, and help to get back to school",
            agreed="yes",
            agreed_why_not="",
            by=town.users["asha"],
        )


def _referred(
    family: Family, risks: Sequence[str], strengths: Sequence[str], town: Town
) -> Referral:
    contact = complete(capture(family, town), family, risks, strengths, town)
    return refer(contact, family, town)


def accept(referral: Referral, family: Family, town: Town) -> Case:
    """Tariq accepts for the hub: a case opens with Lena as lead worker."""
    with clock.at(_working_time(family.days_ago, 15)):
        return referrals.commands.accept(
            referral,
            reason="Needs at home and at school that one agency cannot meet alone; family agrees.",
            answer="Thank you. A case is open; Lena Holt will call the family this week.",
            family_name=family.surname,
            team=town.teams["early"],
            lead_worker=town.users["lena"],
            by=town.users["tariq"],
        )


def help_family(case: Case, family: Family, town: Town) -> Share:
    """Lena sets actions and shares Milo's place with the school, which adds what it knows."""
    lena, grace = town.users["lena"], town.users["grace"]
    place = CaseChild.objects.filter(case=case).select_related("case", "person").order_by("pk")[0]
    with clock.at(_working_time(family.days_ago - 2, 10)):
        action = cases.commands.set_action(
            place,
            what="Meet Milo and his mother at home and agree where he can go when it is loud",
            owner=lena,
            due_on=clock.today() + timedelta(days=10),
            by=lena,
        )
        cases.commands.set_action(
            place,
            what="A key adult at school greets Milo each morning",
            owner=lena,
            due_on=clock.today() + timedelta(days=70),
            by=lena,
        )
    with clock.at(_working_time(family.days_ago - 4, 10)):
        safe = standing.of_castellans(case, by=lena)
    with clock.at(_working_time(family.days_ago - 3, 16)):
        partners.commands.record_consent(
            place,
            answer="agreed",
            who="both",
            competence="Milo says what the help is for, and that he may stop; he asked who else is told.",
            competence_judged_by="Lena Holt, lead worker",
            said_to="Lena Holt, at home",
            said_on=clock.today(),
            ask_again_on=clock.today() + timedelta(days=84),
            by=lena,
        )
    with clock.at(_working_time(family.days_ago - 5, 11)):
        share = partners.commands.share(
            place,
            agency=town.agencies[SCHOOL],
            agreement=town.agreement,
            purpose="Early help for a child and family",
            lawful_basis=LawfulBasis.PUBLIC_TASK,
            necessity="School sees Milo every day; without this he is met with sanctions for lateness.",
            summary="Milo has been away from home overnight twice. We are working with his mother. "
            "He likes football and trusts his tutor.",
            sections=["summary", "plan"],
            until=clock.now() + timedelta(days=180),
            safe_to_tell_read=safe.pk,
            by=lena,
        )
    with clock.at(_working_time(family.days_ago - 8, 12)):
        partners.commands.contribute(
            place,
            text="Milo is on time when his tutor meets him at the gate. He fell asleep twice in class.",
            voice="It's better when somebody says good morning.",
            audience=["case team", "lead agency", "hub"],
            by=grace,
        )
    with clock.at(_working_time(family.days_ago - 9, 10)):
        partners.commands.ask_for_information(
            place,
            agency=town.agencies[SCHOOL],
            what="On how many mornings has he been late since half-term?",
            why="To see whether being met at the gate helps.",
            needed_by=clock.today() + timedelta(days=14),
            safe_to_tell_read=safe.pk,
            by=lena,
        )
    with clock.at(_working_time(family.days_ago - 9, 14)):
        cases.commands.complete_action(
            action,
            came_of_it="Met on Tuesday; his aunt's is the place to go, and she agrees.",
            by=lena,
        )
    return share
