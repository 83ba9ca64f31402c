"""What interventions says when a case is about to close: help that still runs must end first."""

from django.dispatch import receiver

from accounts.models import User
from cases.models import Case
from cases.signals import case_closing
from interventions import queries


@receiver(case_closing)
def name_running_help(*, case: Case, by: User, **_: object) -> list[str]:
    """A sentence for each course of the case that has not ended."""
    return queries.in_the_way_of_closing(case, viewer=by)
