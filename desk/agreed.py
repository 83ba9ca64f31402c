"""What a family said to help for one child's place, as the case's page shows it."""

from dataclasses import dataclass

import partners.permissions
import partners.queries
import referrals.queries
from accounts.models import User
from cases.access.scope import Sight
from cases.models import CaseChild
from partners.models import Consent
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


def agreed_in(place: CaseChild, sight: Sight, *, viewer: User) -> Agreed | None:
    """None for whoever the place is only shared with: what the family said is not theirs to read."""
    runs = partners.permissions.can_keep_consent(place, by=viewer)
    kept = list(partners.queries.consents(place, viewer=viewer))
    if not kept and not runs and not sight.everything:
        return None
    found = referrals.queries.of_case(place, viewer=viewer) if runs or sight.everything else None
    return Agreed(kept, found, can_keep=runs)
