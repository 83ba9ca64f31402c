"""Take over cases that ran and closed before the portal knew of them, as they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import Team, User
from audit.models import Kind
from cases import permissions
from cases.access import grants
from cases.commands.keeping import keep_anew
from cases.models import Case, CaseChild, ChronologyEvent, EventKind, Person, Section

BATCH = 1000


@dataclass(frozen=True)
class PastCase:
    """A closed case of one child, as its papers tell it."""

    family_name: str
    person: Person
    opened_at: datetime
    closed_at: datetime
    closing_reason: str
    outcome: str
    needs_met: str
    stays_in_place: str
    goal: str = ""


@asking.command
def take_over_cases(
    past: Sequence[PastCase], *, team: Team, lead_worker: User, by: User
) -> list[CaseChild]:
    """Write down closed cases that a team of the lead agency ran, all or none, in the order given.

    The team's ground stands from the opening on, as it does for any case that it has closed; nobody
    has a seat. Two lines stand in each chronology. ValidationError for a case that closed before it
    opened, that has not closed yet, or of a team that is not the lead agency's. NotAllowed for anybody
    but the portal itself: this opens full records, and no hub has decided it.
    """
    permissions.check_can_take_over_cases(by=by)
    if not team.agency.is_lead:
        raise ValidationError({"team": "Past cases are taken over by a team of the lead agency."})
    for each in past:
        if not each.opened_at <= each.closed_at <= clock.now():
            raise ValidationError(f"{each.family_name}: a past case has opened, then closed.")
    opened = Case.objects.bulk_create(
        [_case(each, team, lead_worker, by) for each in past], batch_size=BATCH
    )
    places = CaseChild.objects.bulk_create(
        [_place(case, each) for case, each in zip(opened, past, strict=True)], batch_size=BATCH
    )
    keep_anew(Case, [case.pk for case in opened], by=by)
    pairs = list(zip(places, past, strict=True))
    held = [(place, each.opened_at) for place, each in pairs]
    grants.open_since(team.group, held, [Section.FULL], ground="task")
    ChronologyEvent.objects.bulk_create(
        [line for place, each in pairs for line in _lines(place, each, by)], batch_size=BATCH
    )
    audit.commands.record(
        Kind.COLLECTION,
        "take over cases",
        persons=[each.person.pk for each in past],
        records={"cases": [case.pk for case in opened]},
        by=by,
    )
    return places


def _case(past: PastCase, team: Team, lead_worker: User, by: User) -> Case:
    return Case(
        family_name=past.family_name,
        team=team,
        lead_worker=lead_worker,
        opened_at=past.opened_at,
        closed_at=past.closed_at,
        closed_by=by,
        closing_reason=past.closing_reason,
        outcome=past.outcome,
    )


def _place(case: Case, past: PastCase) -> CaseChild:
    return CaseChild(
        case=case,
        person=past.person,
        joined_at=past.opened_at,
        goal=past.goal,
        needs_met=past.needs_met,
        stays_in_place=past.stays_in_place,
    )


def _lines(place: CaseChild, past: PastCase, by: User) -> list[ChronologyEvent]:
    return [
        ChronologyEvent(
            person=place.person,
            kind=EventKind.CASE,
            occurred_at=at,
            recorded_at=at,
            says=f"Case {place.case.reference} {happened}",
            place=place,
            police_only=False,
            agency=by.agency,
            by=by,
        ).saying(detail)
        for happened, at, detail in (
            ("opened", past.opened_at, ""),
            ("closed", past.closed_at, past.outcome),
        )
    ]
