"""Two years of casework by the commands: contacts, flags, referrals, cases, help, all invented."""

from collections.abc import Mapping
from datetime import timedelta

import accounts.commands
import cases.commands
import clock
import referrals.commands
from accounts.models import Notification, User
from cases.commands import ChildSeen, Completion, Noticed, Told
from cases.matching.keys import Described
from cases.models import Case, Contact, ContactChild, Flag, Handling, Indicator
from eiportal.demo import helping, households
from eiportal.demo.cohort import EVERYDAY
from eiportal.demo.households import Household
from eiportal.demo.lives import Life, later, live, working
from eiportal.demo.people import Town
from interventions.models import Service
from referrals.models import Referral

# Lines on somebody's home page that are older have been followed.
FOLLOWED_DAYS = 14


def live_two_years(town: Town, services: Mapping[str, Service]) -> None:
    """Sixty families, one every twelve days, as the commands would have written them then."""
    areas = list(town.areas.values())
    families = [
        households.nth(number, areas[number % len(areas)]) for number in range(households.FAMILIES)
    ]
    service = services[EVERYDAY.name]
    live(_life(family, service, town) for family in families)
    _follow_lines()


def _follow_lines() -> None:
    """Whoever was told of something has followed the line, so no home page is two years long."""
    old = clock.now() - timedelta(days=FOLLOWED_DAYS)
    for line in Notification.objects.filter(at__lt=old, seen_at=None).select_related("user"):
        with clock.at(line.at + timedelta(hours=2)):
            accounts.commands.mark_seen(line, by=line.user)


def _life(household: Household, service: Service, town: Town) -> Life:
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
        yield from helping.help_family(case, household, service, town)


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
        lead_worker=helping.lead_worker(household, town),
        by=by,
    )
