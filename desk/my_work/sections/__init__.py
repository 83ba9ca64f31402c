"""What stands in each section of My work: one function a section.

Each answers None where there is nothing to say; where an empty list is worth a word, its partial says it.
"""

from desk.my_work.sections.cases import my_actions, my_cases, reviews, seats
from desk.my_work.sections.contacts import captures, left_incomplete, log, not_referred
from desk.my_work.sections.governance import (
    agreements,
    broken_glass,
    dip_samples,
    kept_records,
    refused,
    sealed,
)
from desk.my_work.sections.helping import ask_again, our_services, withdrawals
from desk.my_work.sections.insight import evaluations, figures, runs
from desk.my_work.sections.referrals import my_referrals, queue
from desk.my_work.sections.safeguarding import flags, prompts
from desk.my_work.sections.section import Section
from desk.my_work.sections.sharing import asked_of_us, not_shared, notices, notices_overdue, shared
from desk.my_work.sections.staff import gaps, new, on_duty, people, training

__all__ = [
    "Section",
    "agreements",
    "ask_again",
    "asked_of_us",
    "broken_glass",
    "captures",
    "dip_samples",
    "evaluations",
    "figures",
    "flags",
    "gaps",
    "kept_records",
    "left_incomplete",
    "log",
    "my_actions",
    "my_cases",
    "my_referrals",
    "new",
    "not_referred",
    "not_shared",
    "notices",
    "notices_overdue",
    "on_duty",
    "our_services",
    "people",
    "prompts",
    "queue",
    "refused",
    "reviews",
    "runs",
    "sealed",
    "seats",
    "shared",
    "training",
    "withdrawals",
]
