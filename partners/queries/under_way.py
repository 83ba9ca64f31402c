"""What was under way between agencies about a child whose record has closed: for its owner, who rings."""

from dataclasses import dataclass

import cases.permissions
from accounts.models import User
from cases.models import Restriction
from partners.models import InformationRequest, Notice, Share, WithdrawalDecision


@dataclass(frozen=True)
class UnderWay:
    """Shares that show nothing now, notices that nobody sees to, questions without an answer, agreements
    to help that were taken back and nobody has decided on."""

    shares: list[Share]
    notices: list[Notice]
    requests: list[InformationRequest]
    withdrawals: list[WithdrawalDecision]

    def __bool__(self) -> bool:
        return bool(self.shares or self.notices or self.requests or self.withdrawals)


def under_way(restriction: Restriction, *, viewer: User) -> UnderWay:
    """Of one hidden record; nothing for anybody but its owner."""
    if not cases.permissions.answers_for(restriction, by=viewer):
        return UnderWay([], [], [], [])
    person = restriction.person_id
    shares = Share.objects.standing().filter(person=person).select_related("agency", "agreement")
    notices = Notice.objects.to_see_to().filter(person=person).select_related("agency", "sent_by")
    requests = InformationRequest.objects.filter(place__person=person, answered_at=None)
    withdrawals = WithdrawalDecision.objects.filter(consent__place__person=person, decided_at=None)
    return UnderWay(
        list(shares.order_by("pk")),
        list(notices.order_by("pk")),
        list(requests.select_related("from_agency", "to_agency", "sent_by").order_by("pk")),
        list(withdrawals.select_related("consent__place__case__lead_worker").order_by("pk")),
    )
