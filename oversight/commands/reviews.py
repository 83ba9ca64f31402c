"""Say what a review found."""

from django.core.exceptions import ValidationError

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from oversight import permissions
from oversight.models import DipSample, Outcome


@asking.command
def review_dip_sample(sample: DipSample, *, outcome: Outcome, words: str, by: User) -> DipSample:
    """Keep the outcome and what stands behind it. Said once: a second answer is refused.

    The entry names the sample and neither the user nor a child: whoever reads who has seen a record
    must not learn from it who is being looked into. NotAllowed for one's own use.
    """
    found = DipSample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    permissions.check_can_review(found, by=by)
    if found.reviewed_by is not None:
        raise ValidationError(f"{found.reviewed_by} has already reviewed {found.reference}.")
    if not words.strip():
        raise ValidationError({"words": "Say what you found."})
    found.outcome, found.words = outcome, words.strip()
    found.reviewed_at, found.reviewed_by = clock.now(), by
    found.save()
    records = {"dip sample": found.pk, "outcome": str(outcome)}
    audit.commands.record(Kind.ALTERATION, "review dip sample", records=records, by=by)
    return found
