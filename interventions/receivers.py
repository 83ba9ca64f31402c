"""What interventions says when a case is about to close, and does when a child's record is hidden."""

from django.dispatch import receiver

import accounts.commands
from accounts.models import User
from cases.models import Case, Person
from cases.signals import case_closing, record_hidden
from interventions import queries
from interventions.models import Enrolment


@receiver(case_closing)
def name_running_help(*, case: Case, by: User, **_: object) -> list[str]:
    """A sentence for each course of the case that has not ended."""
    return queries.in_the_way_of_closing(case, viewer=by)


@receiver(record_hidden)
def settle_lines(*, person: Person, by: User, **_: object) -> None:
    """Lines that lead to the child's help leave the home pages."""
    for enrolment in Enrolment.objects.filter(place__person=person).order_by("pk"):
        accounts.commands.settle(url=f"/enrolments/{enrolment.pk}", by=by)
