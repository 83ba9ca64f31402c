"""What stands in each section of My work: one function a section.

Each answers None where there is nothing to say; where an empty list is worth a word, its partial says it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import accounts.queries
import audit.queries
import cases.permissions
import cases.queries
import clock
import insights.permissions
import insights.queries
import interventions.queries
import oversight.permissions
import oversight.queries
import partners.queries
import referrals.permissions
import referrals.queries
import risk.queries
from accounts import permissions
from accounts.models import User
from cases.models import Action, Case, CaseChild
from cases.queries import ReviewDue
from govuk.dates import date_in_words
from referrals.models import Referral
from referrals.queries import Clock

# Of each list; the rest stands on its own page.
MOST = 10
# Of the hub's queue, and of the hours without cover.
NEXT = 3
# A share that ends within two weeks is marked (default by judgement).
SOON = timedelta(days=14)
# The sealed record is checked every night (eiportal/celery.py): a night that is missed is said.
CHECKED_WITHIN = timedelta(hours=36)
# How far back refused attempts are counted.
A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Section:
    """One section: `work` is what its partial shows, `waits` whether any of it is for today.

    `persons` are the children whose names stand in it, `cases` the cases, `notices` the notices to
    the viewer's agency that name them, by id.
    """

    name: str
    work: Any = None
    waits: bool = False
    persons: frozenset[int] = frozenset()
    cases: frozenset[int] = frozenset()
    notices: frozenset[int] = frozenset()

    @property
    def template(self) -> str:
        return f"desk/home/_{self.name}.html"


def log(viewer: User) -> Section | None:
    """The one large button."""
    return Section("log") if permissions.can(permissions.RECORD_CONTACT, by=viewer) else None


def flags(viewer: User) -> Section | None:
    found = list(cases.queries.flags(viewer=viewer)[: MOST + 1])
    if not found:
        return None
    shown = found[:MOST]
    return Section(
        "flags",
        {"flags": shown, "more": len(found) > MOST},
        waits=True,
        persons=frozenset(flag.person_id for flag in shown),
    )


def new(viewer: User) -> Section | None:
    """What somebody was told and has not followed yet."""
    found = list(accounts.queries.notifications(viewer=viewer)[:MOST])
    return Section("new", found, waits=True) if found else None


def captures(viewer: User) -> Section | None:
    """The viewer's own captures and drafts."""
    found = {
        "captures": list(cases.queries.to_complete(viewer=viewer)[:MOST]),
        "drafts": list(cases.queries.drafts(viewer=viewer).filter(form="contact")[:MOST]),
    }
    return Section("captures", found, waits=True) if any(found.values()) else None


def left_incomplete(viewer: User) -> Section | None:
    """What the supervisor's people have left over from an earlier shift."""
    found = list(cases.queries.left_incomplete(viewer=viewer)[: MOST + 1])
    if not found:
        return None
    shown = found[:MOST]
    return Section("left_incomplete", {"captures": shown, "more": len(found) > MOST}, waits=True)


def not_referred(viewer: User) -> Section | None:
    """What the supervisor's people did not refer, though something that they noticed asks whether to."""
    found = list(cases.queries.not_referred(viewer=viewer)[:MOST])
    return Section("not_referred", found) if found else None


def prompts(viewer: User) -> Section | None:
    found = cases.queries.prompts_waiting(viewer=viewer)
    return Section("prompts", found, waits=bool(found.words))


@dataclass(frozen=True)
class NextUp:
    """A referral of the queue, and how much of its clock is left."""

    referral: Referral
    clock: Clock


def queue(viewer: User) -> Section | None:
    """How many referrals wait for the hub, how many of them late, and those due first."""
    if not referrals.permissions.can_triage(by=viewer):
        return None
    inbox = referrals.queries.inbox(viewer=viewer)
    waiting = inbox.count()
    first = inbox[:NEXT] if waiting else []
    work = {
        "waiting": waiting,
        "late": referrals.queries.late(viewer=viewer).count() if waiting else 0,
        "first": [NextUp(r, referrals.queries.clock_of(r, viewer=viewer)) for r in first],
    }
    return Section("queue", work, waits=bool(waiting))


@dataclass(frozen=True)
class CaseOpen:
    """A case of the viewer's, with the children of it that they see, and its next review."""

    case: Case
    places: list[CaseChild]
    review: ReviewDue | None


def reviews(viewer: User) -> Section | None:
    """The lead worker's cases whose review is due within a week, or late."""
    found = _open(list(cases.queries.cases_to_review(viewer=viewer)[:MOST]), viewer)
    found.sort(key=lambda each: each.review.on if each.review else clock.today())
    return _of_cases("reviews", found, waits=True) if found else None


def my_cases(viewer: User) -> Section | None:
    found = list(cases.queries.caseload(viewer=viewer)[:MOST])
    return _of_cases("my_cases", _open(found, viewer), waits=False)


def _open(found: list[Case], viewer: User) -> list[CaseOpen]:
    if not found:
        return []
    places = cases.queries.places_in(found, viewer=viewer)
    due = cases.queries.reviews_due(found, viewer=viewer)
    return [CaseOpen(case, places.get(case.pk, []), due.get(case.pk)) for case in found]


def _of_cases(name: str, found: list[CaseOpen], *, waits: bool) -> Section:
    return Section(
        name,
        found,
        waits=waits,
        persons=frozenset(place.person_id for each in found for place in each.places),
        cases=frozenset(each.case.pk for each in found),
    )


@dataclass(frozen=True)
class Due:
    """An action of the viewer's own."""

    action: Action
    is_late: bool


def my_actions(viewer: User) -> Section | None:
    found = [
        Due(action, cases.queries.is_late(action, viewer=viewer))
        for action in cases.queries.actions(viewer=viewer)[:MOST]
    ]
    persons = frozenset(due.action.place.person_id for due in found)
    return Section("my_actions", found, waits=bool(found), persons=persons)


def my_referrals(viewer: User) -> Section | None:
    """What became of the viewer's own."""
    return Section("my_referrals", list(referrals.queries.outbox(viewer=viewer)[:MOST]))


def seats(viewer: User) -> Section | None:
    """The children round whom the viewer has a seat at the table."""
    found = list(cases.queries.seats(viewer=viewer)[:MOST])
    if not found:
        return None
    return Section(
        "seats",
        found,
        persons=frozenset(seat.place.person_id for seat in found),
        cases=frozenset(seat.place.case_id for seat in found),
    )


def shared(viewer: User) -> Section | None:
    """What is shared with the viewer's agency, what ends first first."""
    found = list(partners.queries.shared_with_us(viewer=viewer)[:MOST])
    ends_soon = clock.now() + SOON
    return Section(
        "shared",
        [(share, share.until <= ends_soon) for share in found],
        persons=frozenset(share.person_id for share in found),
    )


def dip_samples(viewer: User) -> Section | None:
    """What information governance is to review."""
    if not oversight.permissions.can_read(by=viewer):
        return None
    found = oversight.queries.waiting(viewer=viewer)
    return Section("dip_samples", found, waits=found.samples > 0) if found.samples else None


def broken_glass(viewer: User) -> Section | None:
    """Tries to break the glass that information governance is to review."""
    if not cases.permissions.can_review_tries(by=viewer):
        return None
    tries = cases.queries.break_glass_tries(viewer=viewer).filter(reviewed_at=None)
    first = tries.order_by("review_due_at").first()
    if first is None:
        return None
    work = {"many": tries.count(), "due": clock.london_date(first.review_due_at)}
    return Section("broken_glass", work, waits=True)


def kept_records(viewer: User) -> Section | None:
    """The restricted and sealed records that the viewer owns, who came near them, and whom to answer."""
    kept = cases.queries.restrictions(viewer=viewer).filter(owner=viewer, until=None)
    many = kept.count()
    if not many:
        return None
    hits = list(cases.queries.hits_to_decide(viewer=viewer)[:MOST])
    referred = list(referrals.queries.to_answer_in_person(viewer=viewer)[:MOST])
    work = {"many": many, "hits": hits, "referred": referred}
    return Section("kept_records", work, waits=bool(hits or referred))


def sealed(viewer: User) -> Section | None:
    """Only where something is wrong: the last check found something, or none was made."""
    if not oversight.permissions.can_read(by=viewer):
        return None
    last = audit.queries.sealed_state(viewer=viewer).verification
    if last is not None and last.is_sound and clock.now() - last.at < CHECKED_WITHIN:
        return None
    return Section("sealed", last, waits=last is not None and not last.is_sound)


def refused(viewer: User) -> Section | None:
    if not oversight.permissions.can_read(by=viewer):
        return None
    return Section("refused", audit.queries.refused(viewer=viewer, since=clock.now() - A_WEEK))


def agreements(viewer: User) -> Section | None:
    found = list(partners.queries.agreements_ending(viewer=viewer)[:MOST])
    return Section("agreements", found, waits=bool(found))


def figures(viewer: User) -> Section | None:
    """What is in hand now where the viewer answers for it; of the whole force, that alone.

    Whoever reads published figures only has no work in hand: for them it is the way to the page.
    """
    remits = insights.queries.remits(viewer=viewer)
    own = [remit for remit in remits if remit.is_exact] or remits
    shown = own[:1] if own and own[0].area is None else own
    work = [(remit, insights.queries.work(remit, viewer=viewer)) for remit in shown]
    waits = any(in_hand and in_hand.is_late for _, in_hand in work)
    return Section("figures", work, waits=waits) if work else None


def evaluations(viewer: User) -> Section | None:
    """Reports being written, and those on which nothing is decided yet; for who plans, the way to it."""
    found = insights.queries.of_my_work(viewer=viewer)[:MOST]
    can_plan = insights.permissions.can_plan_evaluation(by=viewer)
    if not found and not can_plan:
        return None
    return Section("evaluations", {"found": found, "can_plan": can_plan}, waits=bool(found))


def our_services(viewer: User) -> Section | None:
    """What the viewer's agency offers, for who keeps it: how much room each service has."""
    own = interventions.queries.services(viewer=viewer).filter(provider=viewer.agency)
    found = list(own.filter(closed_at=None)[:MOST])
    return Section("our_services", found) if found else None


def runs(viewer: User) -> Section | None:
    return Section("runs", risk.queries.runs(viewer=viewer).first())


def people(viewer: User) -> Section | None:
    return Section("people", accounts.queries.people(viewer=viewer))


def on_duty(viewer: User) -> Section | None:
    """Whom to call, now and tonight."""
    now = accounts.queries.on_duty_now(viewer=viewer)[:MOST]
    tonight = accounts.queries.on_duty_tonight(viewer=viewer)[:MOST]
    return Section("on_duty", [("Now", now), ("Tonight", tonight)])


def gaps(viewer: User) -> Section | None:
    """Hours of the week ahead in which nobody is called, for whoever may put somebody on the rota."""
    if not accounts.queries.may_be_on_duty(viewer=viewer).exists() and not viewer.agency.is_lead:
        return None
    found = sorted(accounts.queries.gaps(viewer=viewer), key=lambda gap: (gap.starts_at, gap.step))
    if not found:
        return None
    return Section("gaps", {"gaps": found[:NEXT], "more": len(found) - NEXT}, waits=True)


def training(viewer: User) -> Section | None:
    """A warning where the viewer's training is over, or soon will be."""
    found = accounts.queries.training(viewer=viewer)
    if found is None:
        return None
    work = {"is_over": found.is_over, "in_words": date_in_words(found.until)}
    return Section("training", work, waits=True)


def notices(viewer: User) -> Section | None:
    """The notices to the viewer's agency that nobody sees to yet, unread first."""
    found = list(partners.queries.notices_waiting(viewer=viewer)[: MOST + 1])
    if not found:
        return None
    shown = found[:MOST]
    return Section(
        "notices",
        {"notices": shown, "more": len(found) > MOST},
        waits=True,
        persons=frozenset(notice.person_id for notice in shown),
        notices=frozenset(notice.pk for notice in shown),
    )


def notices_overdue(viewer: User) -> Section | None:
    """What the viewer sent and nobody sees to, though the time for it has passed."""
    found = list(partners.queries.notices_overdue(viewer=viewer)[:MOST])
    return Section("notices_overdue", found, waits=True) if found else None


def withdrawals(viewer: User) -> Section | None:
    """Where a family does not agree to help any more, and what follows is to be decided today."""
    found = list(partners.queries.withdrawals_due(viewer=viewer)[: MOST + 1])
    if not found:
        return None
    places = [decision.consent.place for decision in found]
    opens = set(partners.queries.undecided(places, viewer=viewer))
    # By reference: no child is named, and a supervisor of others may have no ground on them.
    work = {"decisions": found[:MOST], "opens": opens}
    return Section("withdrawals", work, waits=True)


def ask_again(viewer: User) -> Section | None:
    """Agreements to help that have run out or are to be asked again."""
    found = list(partners.queries.consents_to_ask_again(viewer=viewer)[:MOST])
    if not found:
        return None
    return Section(
        "ask_again",
        found,
        waits=True,
        persons=frozenset(consent.place.person_id for consent in found),
        cases=frozenset(consent.place.case_id for consent in found),
    )


def not_shared(viewer: User) -> Section | None:
    """Decisions not to share whose review is due."""
    found = list(partners.queries.not_sharing_to_review(viewer=viewer)[:MOST])
    if not found:
        return None
    persons = frozenset(decision.person_id for decision in found)
    return Section("not_shared", found, waits=True, persons=persons)


def asked_of_us(viewer: User) -> Section | None:
    """What the viewer's agency is asked, what is needed first first."""
    found = list(partners.queries.requests_to_answer(viewer=viewer)[:MOST])
    if not found:
        return None
    return Section(
        "asked_of_us",
        found,
        waits=True,
        persons=frozenset(asked.place.person_id for asked in found),
        cases=frozenset(asked.place.case_id for asked in found),
    )
