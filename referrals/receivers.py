"""What referrals does when a case closes: whoever referred learns that the help has ended."""

from django.dispatch import receiver

import accounts.commands
import cases.commands
from accounts.models import User
from cases.access import scope
from cases.models import Case, Person
from cases.signals import case_closed, record_hidden
from referrals.models import Referral, State


@receiver(case_closed)
def tell_referrers(*, case: Case, by: User, **_: object) -> None:
    """A line for each referral that the case came from, unless its maker closed the case."""
    came = Referral.objects.filter(case=case).exclude(made_by=by).select_related("made_by__agency")
    for referral in came.order_by("pk"):
        children = referral.children.select_related("person").order_by("pk")
        cases.commands.tell_of(
            [child.person for child in children],
            [referral.made_by],
            f"Case {case.reference}, from your referral {referral.reference}, has closed",
            url=f"/referrals/{referral.reference}",
            by=by,
        )


@receiver(record_hidden)
def call_owner(*, person: Person, by: User, **_: object) -> None:
    """Whoever referred is left without an answer by nobody: of what waits the owner answers in person."""
    waiting = Referral.objects.filter(children__person=person, state=State.WAITING)
    for referral in waiting.order_by("pk"):
        text = f"Referral {referral.reference} waits: answer {referral.made_by} in person"
        cases.commands.tell_of(person, [], text, url="", by=by)


@receiver(record_hidden)
def settle_lines(*, person: Person, by: User, **_: object) -> None:
    """Lines that lead to a referral of nobody else leave the home pages with the child."""
    for referral in Referral.objects.filter(children__person=person).order_by("pk"):
        others = referral.children.exclude(person=person).values_list("person", flat=True)
        if set(others) <= scope.restricted_or_sealed(others):
            accounts.commands.settle(url=f"/referrals/{referral.reference}", by=by)


@receiver(case_closed)
def keep_with_the_case(*, case: Case, by: User, **_: object) -> None:
    """A referral is kept as long as the case that it became."""
    ids = Referral.objects.filter(case=case).values_list("pk", flat=True)
    cases.commands.keep_anew(Referral, ids, by=by)
