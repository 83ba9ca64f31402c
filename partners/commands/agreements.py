"""Sign an agreement: what may be shared, why, by whom."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import Agency, User
from audit.models import Kind
from partners import permissions
from partners.models import (
    Agreement,
    Condition,
    LawfulBasis,
    shareable,
)


@asking.command
def sign_agreement(
    *,
    title: str,
    parties: Iterable[Agency],
    purposes: Iterable[str],
    lawful_bases: Iterable[str],
    sections: Iterable[str],
    starts_on: date,
    ends_on: date,
    review_on: date,
    impact_assessment: str,
    signatories: Iterable[str],
    conditions: Iterable[str] = (),
    by: User,
) -> Agreement:
    """Put an agreement in the register: what may be shared, why, by whom, `ends_on` exclusive.

    Sent twice by one person, it is one. ValidationError at the field for what is missing or does
    not fit.
    """
    permissions.check_can_sign_agreement(by=by)
    agencies = list(parties)
    says: dict[str, Any] = {
        "title": title,
        "purposes": list(purposes),
        "lawful_bases": list(lawful_bases),
        "conditions": list(conditions),
        "sections": list(sections),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "review_on": review_on,
        "impact_assessment": impact_assessment,
        "signatories": list(signatories),
        "signed_by": by,
    }
    agreement = Agreement(**says, signed_at=clock.now())
    if errors := _misfits(agreement, agencies):
        raise ValidationError(errors)
    # Of two sends at once, the second waits here for the first.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    for signed in Agreement.objects.filter(**says).order_by("pk"):
        if set(signed.parties.all()) == set(agencies):
            return signed
    agreement.save()
    agreement.parties.set(agencies)
    audit.commands.record(
        Kind.COLLECTION, "sign agreement", records={"agreement": agreement.pk}, by=by
    )
    return agreement


def _misfits(agreement: Agreement, parties: list[Agency]) -> dict[str, str]:
    """What keeps an agreement from being signed: {field: what to do instead}."""
    allowed = {section for section, _ in shareable()}
    misfits = {
        "title": (not agreement.title.strip(), "Enter a title."),
        "parties": (
            len({agency.pk for agency in parties}) < 2 or not any(a.is_lead for a in parties),
            "Choose at least two agencies, the lead agency among them.",
        ),
        "purposes": (
            not agreement.purposes or not all(p.strip() for p in agreement.purposes),
            "Enter at least one purpose.",
        ),
        "lawful_bases": (
            not agreement.lawful_bases
            or not set(agreement.lawful_bases) <= set(LawfulBasis.values),
            "Choose at least one lawful basis of those listed.",
        ),
        "conditions": (
            not set(agreement.conditions) <= set(Condition.values),
            "Choose conditions of those listed.",
        ),
        "sections": (
            not agreement.sections or not set(agreement.sections) <= allowed,
            "Choose at least one section that may be shared.",
        ),
        "ends_on": (agreement.ends_on <= agreement.starts_on, "The end must be after the start."),
        "impact_assessment": (
            not agreement.impact_assessment.strip(),
            "Enter the reference of the impact assessment.",
        ),
        "signatories": (
            len([each for each in agreement.signatories if each.strip()]) < len(parties),
            "Say who signed for each party: as many lines as parties.",
        ),
    }
    return {field: words for field, (is_misfit, words) in misfits.items() if is_misfit}
