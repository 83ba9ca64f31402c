"""My work, section by section: which ones each role has, and in which order.

To add one: a partial templates/desk/home/_<name>.html, a function of that name in a room of sections/,
named in its __init__, and its place in ORDER for each role that needs it. Nothing is asked of the
database for a section that none of the viewer's roles has.
"""

from collections.abc import Callable

from accounts.models import Role, User
from desk.my_work import sections
from desk.my_work.sections import Section

# What must be answered, then what must be done, then what is good to know.
ORDER: dict[str, tuple[Callable[[User], Section | None], ...]] = {
    Role.OFFICER: (
        sections.log,
        sections.notices_overdue,
        sections.kept_records,
        sections.captures,
        sections.left_incomplete,
        sections.new,
        sections.my_actions,
        sections.seats,
        sections.my_referrals,
    ),
    Role.SUPERVISOR: (
        sections.flags,
        sections.withdrawals,
        sections.prompts,
        sections.kept_records,
        sections.left_incomplete,
        sections.notices_overdue,
        sections.log,
        sections.captures,
        sections.new,
        sections.my_actions,
        sections.seats,
        sections.not_referred,
        sections.on_duty,
        sections.not_shared,
        sections.my_referrals,
    ),
    Role.TRIAGE_WORKER: (
        sections.queue,
        sections.new,
        sections.on_duty,
        sections.not_shared,
        sections.my_referrals,
    ),
    Role.LEAD_WORKER: (
        sections.log,
        sections.notices_overdue,
        sections.kept_records,
        sections.withdrawals,
        sections.reviews,
        sections.ask_again,
        sections.asked_of_us,
        sections.my_actions,
        sections.captures,
        sections.left_incomplete,
        sections.new,
        sections.my_cases,
        sections.not_shared,
        sections.my_referrals,
    ),
    Role.PARTNER_PRACTITIONER: (
        sections.notices,
        sections.log,
        sections.captures,
        sections.left_incomplete,
        sections.new,
        sections.asked_of_us,
        sections.seats,
        sections.shared,
        sections.my_actions,
        sections.my_referrals,
    ),
    Role.PARTNER_MANAGER: (
        sections.notices,
        sections.log,
        sections.captures,
        sections.left_incomplete,
        sections.new,
        sections.asked_of_us,
        sections.seats,
        sections.shared,
        sections.our_services,
        sections.my_actions,
        sections.my_referrals,
    ),
    Role.COMMANDER: (sections.figures, sections.new, sections.evaluations, sections.runs),
    Role.COMMISSIONER: (sections.new, sections.evaluations, sections.figures),
    Role.ANALYST: (sections.new, sections.evaluations, sections.figures),
    Role.INFORMATION_GOVERNANCE: (
        sections.sealed,
        sections.broken_glass,
        sections.dip_samples,
        sections.refused,
        sections.agreements,
        sections.new,
    ),
    Role.ADMINISTRATOR: (sections.gaps, sections.runs, sections.people, sections.new),
}
# Whoever has no role yet may still have been told something.
NO_ROLE = (sections.new,)
EVERYBODY = (sections.training,)


def of(viewer: User) -> list[Section]:
    """The sections of all the viewer's roles together, each once, in their order.

    Each stands as high as the role that has it highest; of two equally high, the one in which
    something waits for today.
    """
    places: dict[Callable[[User], Section | None], int] = {}
    orders = [ORDER[role] for role in ORDER if role in viewer.roles] or [NO_ROLE]
    for order in [*orders, EVERYBODY]:
        for place, make in enumerate(order):
            places[make] = min(place, places.get(make, place))
    made = [(place, section) for make, place in places.items() if (section := make(viewer))]
    return [section for _, section in sorted(made, key=lambda each: (each[0], not each[1].waits))]
