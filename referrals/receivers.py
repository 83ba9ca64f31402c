"""What referrals does when a case closes: whoever referred learns that the help has ended."""

from collections.abc import Iterable

from django.dispatch import receiver

import accounts.commands
from accounts.models import User
from cases.access import scope
from cases.commands import keep_anew
from cases.models import Case, Person
from cases.signals import case_closed, cases_kept_anew, record_hidden
from referrals.models import Referral
from referrals.queries import must_not_be_told


@receiver(case_closed)
def tell_referrers(*, case: Case, by: User, **_: object) -> None:
    """A line for each referral that the case came from, unless its maker closed it or must not be told."""
    came = Referral.objects.filter(case=case).exclude(made_by=by)
    came = came.select_related("made_by__agency", "agency")
    for referral in came.order_by("pk"):
        hidden = scope.hidden_from(referral.made_by)
        if not referral.children.exclude(person__in=hidden).exists():
            continue
        if must_not_be_told(referral, viewer=by) and not referral.agency.is_lead:
            continue
        accounts.commands.notify(
            referral.made_by,
            f"Case {case.reference}, from your referral {referral.reference}, has closed",
            url=f"/referrals/{referral.reference}",
            by=by,
        )


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
    _keep_with([case.pk], by=by)


@receiver(cases_kept_anew)
def keep_with_the_cases(*, cases: Iterable[int], by: User, **_: object) -> None:
    """The same where it is the case's own day that has changed."""
    _keep_with(cases, by=by)


def _keep_with(case_ids: Iterable[int], *, by: User) -> None:
    ids = Referral.objects.filter(case__in=list(case_ids)).values_list("pk", flat=True)
    keep_anew(Referral, ids, by=by)
