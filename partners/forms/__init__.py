"""What is typed. The field names are the commands' keywords."""

from partners.forms.asking import (
    Consent,
    Contribution,
    DecisionNotToShare,
    InformationRequest,
    NotSharingReview,
    PassOn,
    RequestAnswer,
    Withdrawal,
    WithdrawalDecision,
)
from partners.forms.notices import (
    Acknowledgement,
    Notice,
    Recall,
)
from partners.forms.shares import (
    Agreement,
    ChooseAgreement,
    EndShare,
    ExtendShare,
    Resume,
    Share,
    Suspend,
)
from partners.forms.texts import (
    Texts,
)

__all__ = [
    "Acknowledgement",
    "Agreement",
    "ChooseAgreement",
    "Consent",
    "Contribution",
    "DecisionNotToShare",
    "EndShare",
    "ExtendShare",
    "InformationRequest",
    "NotSharingReview",
    "Notice",
    "PassOn",
    "Recall",
    "RequestAnswer",
    "Resume",
    "Share",
    "Suspend",
    "Texts",
    "Withdrawal",
    "WithdrawalDecision",
]
