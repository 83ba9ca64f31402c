"""Decide not to share, and look at it again."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

import accounts.queries
import asking
import audit.commands
import cases.commands
import clock
from accounts.models import Agency, User
from audit.models import Kind
from cases.models import CaseChild, EventKind, Person
from partners import permissions
from partners.models import (
    DecisionNotToShare,
    NotSharingReview,
    Share,
)


@asking.command
def decide_not_to_share(
    person: Person,
    *,
    place: CaseChild | None = None,
    agency: Agency,
    considered: str,
    detriment: str,
    review_on: date,
    by: User,
) -> DecisionNotToShare:
    """Keep that a child's record, or one place of it, is not shared with an agency, and why.

    Until it is reviewed nothing of it can be shared with them. ValidationError at the field for
    what is missing, a review that is not after today, or an agency that it is shared with already.
    """
    permissions.check_can_decide_not_to_share(person, place, by=by)
    # Whoever shares holds the place: of a share and this at once, the second learns of the first.
    if place is not None:
        place = cases.commands.hold_open(place, by=by)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    says = {"person": person, "place": place, "agency": agency}
    standing = DecisionNotToShare.objects.standing().filter(**says).first()
    if standing and (standing.considered, standing.detriment) == (considered, detriment):
        return standing
    if errors := _not_decidable(standing, considered, detriment, review_on, says):
        raise ValidationError(errors)
    decision = DecisionNotToShare.objects.create(
        **says,
        considered=considered,
        detriment=detriment,
        review_on=review_on,
        decided_at=clock.now(),
        decided_by=by,
    )
    _tell_of_not_sharing(decision, f"Decided not to share with {agency}", by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "decide not to share",
        persons=[person.pk],
        records={"decision not to share": decision.pk, "agency": agency.pk},
        by=by,
    )
    return decision


def _not_decidable(
    standing: DecisionNotToShare | None,
    considered: str,
    detriment: str,
    review_on: date,
    says: dict[str, Any],
) -> dict[str, str]:
    """What keeps a decision not to share from being kept: {field: what to do}."""
    agency, place = says["agency"], says["place"]
    # Of a place what is shared of it; of the record anything of the child, with or without a case. What
    # begins later, or is held back by a suspension, would open all the same.
    where = {"place": place} if place else {"person": says["person"]}
    shared = Share.objects.standing().filter(agency=agency, **where).exists()
    misfits = {
        "considered": (not considered.strip(), "Say what was asked for, or considered."),
        "detriment": (
            not detriment.strip(),
            "Weigh what harm could come of sharing, and of not sharing.",
        ),
        "review_on": (review_on <= clock.today(), "The review must be after today."),
    }
    if shared:
        misfits["agency"] = (True, f"This is shared with {agency} already: end that share first.")
    elif standing or agency.is_lead:
        lead = "Choose a partner: the lead agency holds the record."
        misfits["agency"] = (True, standing.refusal if standing else lead)
    return {field: words for field, (is_misfit, words) in misfits.items() if is_misfit}


def _tell_of_not_sharing(decision: DecisionNotToShare, says: str, *, by: User) -> None:
    """For the full record and the agency that runs the case: no partner learns who is not told."""
    place = decision.place
    runs = place.case.team.agency if place else accounts.queries.lead_agency(viewer=by)
    cases.commands.add_event(
        decision.person,
        EventKind.SHARE,
        says,
        place=decision.place,
        audience=[runs or by.agency],
        by=by,
    )


@asking.command
def review_not_sharing(
    decision: DecisionNotToShare,
    *,
    still_not: bool,
    reason: str,
    next_on: date | None = None,
    by: User,
) -> DecisionNotToShare:
    """Look back at a decision not to share: it stands until `next_on`, or it ends and sharing follows.

    The same sent twice by one person on a day is one; what has ended stays ended. ValidationError
    at the field for what is missing.
    """
    permissions.check_can_decide_not_to_share(decision.person, decision.place, by=by)
    held = DecisionNotToShare.objects.select_for_update(of=("self",), no_key=True)
    reviewed = held.select_related("person", "place__case__team__agency", "agency").get(
        pk=decision.pk
    )
    says = {"still_not": still_not, "reason": reason, "by": by}
    next_on = next_on if still_not else None
    if reviewed.ended_at or reviewed.reviews.filter(**says, next_on=next_on).exists():
        return reviewed
    errors = {}
    if not reason.strip():
        errors["reason"] = "Say why."
    if still_not and (next_on is None or next_on <= clock.today()):
        errors["next_on"] = "The next review must be after today."
    if errors:
        raise ValidationError(errors)
    NotSharingReview.objects.create(decision=reviewed, **says, next_on=next_on, at=clock.now())
    if next_on is None:
        reviewed.ended_at = clock.now()
    else:
        reviewed.review_on = next_on
    reviewed.save(update_fields=["ended_at", "review_on"])
    outcome = "stands" if still_not else "ended"
    _tell_of_not_sharing(reviewed, f"Decision not to share with {reviewed.agency} {outcome}", by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "review not sharing",
        persons=[reviewed.person_id],
        records={"decision not to share": reviewed.pk},
        reason=outcome,
        by=by,
    )
    return reviewed
