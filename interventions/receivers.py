"""What interventions says when a case is about to close, and does when a child's record is hidden."""

from django.dispatch import receiver

import accounts.commands
import cases.commands
from accounts.models import User
from cases.models import Case, Person
from cases.signals import case_closed, case_closing, record_hidden
from interventions import queries
from interventions.models import Enrolment


@receiver(case_closing)
def name_running_help(*, case: Case, by: User, **_: object) -> list[str]:
    """A sentence for each course of the case that has not ended."""
    return queries.in_the_way_of_closing(case, viewer=by)


@receiver(case_closed)
def tell_keepers(*, case: Case, by: User, **_: object) -> None:
    """What still runs is the help of a child who is hidden from whoever closed the case: who keeps the
    child's record hears of it, since nobody else may know."""
    running = Enrolment.objects.filter(place__case=case, ended_on=None)
    for enrolment in running.select_related("place__person").order_by("pk"):
        text = f"Help goes on for the child of this record, though case {case.reference} has closed"
        cases.commands.tell_of(enrolment.place.person, [], text, url="", by=by)


@receiver(record_hidden)
def settle_lines(*, person: Person, by: User, **_: object) -> None:
    """Lines that lead to the child's help leave the home pages."""
    for enrolment in Enrolment.objects.filter(place__person=person).order_by("pk"):
        accounts.commands.settle(url=f"/enrolments/{enrolment.pk}", by=by)
