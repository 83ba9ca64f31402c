"""What a family said to help for one child's place, as the case's page shows it."""

from dataclasses import dataclass

import clock
import partners.permissions
import partners.queries
import referrals.queries
from accounts.models import User
from cases.access.scope import Sight
from cases.models import CaseChild
from partners.models import Answer, Consent
from referrals.models import Agreed as At
from referrals.models import Referral


@dataclass(frozen=True)
class Agreed:
    """The records of a place, newest first; where there is none, what the referral says."""

    kept: list[Consent]
    at_referral: Referral | None
    can_keep: bool

    @property
    def standing(self) -> list[Consent]:
        """Agreements that nobody has withdrawn; or the newest record, where there is none."""
        return [consent for consent in self.kept if consent.is_agreed] or self.kept[:1]

    @property
    def earlier(self) -> list[Consent]:
        return [consent for consent in self.kept if consent not in self.standing]


def as_told(referral: Referral) -> dict[str, object]:
    """What a referral knew, as the form of an agreement takes it: nobody types it a second time.

    Who answered, that the child understands, and how long it lasts, it never says: without them
    nothing is recorded, and a person records it.
    """
    if referral.agreed == At.NOT_ASKED:
        why_not = "" if referral.keeps_reason_back else referral.agreed_why_not
        return {"answer": Answer.NOT_ASKED, "why_not": why_not}
    said_to = f"{referral.made_by}, {referral.agency}"[:120]
    answer = Answer.AGREED if referral.agreed == At.YES else Answer.SAID_NO
    return {
        "answer": answer,
        "said_to": said_to,
        "said_on": clock.london_date(referral.made_at),
    }


def agreed_in(place: CaseChild, sight: Sight, *, viewer: User) -> Agreed | None:
    """None for whoever the place is only shared with: what the family said is not theirs to read."""
    runs = partners.permissions.can_keep_consent(place, by=viewer)
    kept = list(partners.queries.consents(place, viewer=viewer))
    if not kept and not runs and not sight.everything:
        return None
    found = referrals.queries.of_case(place, viewer=viewer) if runs or sight.everything else None
    return Agreed(kept, found, can_keep=runs)
