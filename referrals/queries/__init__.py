"""The hub's queue, what became of one's own referrals, the clock, and who could take a case on."""

from referrals.queries.referrals import (
    AMBER_HOURS,
    Clock,
    about,
    became_of,
    clock_of,
    inbox,
    late,
    lead_workers,
    of_case,
    outbox,
    queue,
    referral,
    referral_of,
    referred,
    referred_one,
    teams_to_run,
)
from referrals.queries.withheld import must_not_be_told

__all__ = [
    "AMBER_HOURS",
    "Clock",
    "about",
    "became_of",
    "clock_of",
    "inbox",
    "late",
    "lead_workers",
    "must_not_be_told",
    "of_case",
    "outbox",
    "queue",
    "referral",
    "referral_of",
    "referred",
    "referred_one",
    "teams_to_run",
]
