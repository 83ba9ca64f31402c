"""What a worker does with other agencies: each verb checks who may, writes, and leaves its audit entry."""

from partners.commands.addresses import addresses_in, refuse_addresses
from partners.commands.agreements import (
    sign_agreement,
)
from partners.commands.consents import (
    decide_on_withdrawal,
    record_consent,
    remind_of_withdrawals,
    withdraw_consent,
)
from partners.commands.contributions import (
    contribute,
    pass_on,
)
from partners.commands.ends import (
    warn_of_ends,
)
from partners.commands.not_sharing import (
    decide_not_to_share,
    review_not_sharing,
)
from partners.commands.notices import (
    acknowledge_notice,
    chase_notices,
    read_notice,
    recall_notice,
    recall_notices_of,
    send_notice,
    settle_notices_of,
)
from partners.commands.requests import (
    answer_request,
    ask_for_information,
)
from partners.commands.shares import (
    end_share,
    end_shares,
    share,
)
from partners.commands.suspending import (
    resume_agreement,
    suspend_agreement,
)
from partners.commands.telling import (
    hand_over_lines,
    settle_owners,
)
from partners.commands.texts import (
    write_partner_text,
    write_partner_texts,
)
from partners.commands.windows import (
    extend_share,
)

__all__ = [
    "acknowledge_notice",
    "addresses_in",
    "answer_request",
    "ask_for_information",
    "chase_notices",
    "contribute",
    "decide_not_to_share",
    "decide_on_withdrawal",
    "end_share",
    "end_shares",
    "extend_share",
    "hand_over_lines",
    "pass_on",
    "read_notice",
    "recall_notice",
    "recall_notices_of",
    "record_consent",
    "refuse_addresses",
    "remind_of_withdrawals",
    "resume_agreement",
    "review_not_sharing",
    "send_notice",
    "settle_notices_of",
    "settle_owners",
    "share",
    "sign_agreement",
    "suspend_agreement",
    "warn_of_ends",
    "withdraw_consent",
    "write_partner_text",
    "write_partner_texts",
]
