"""What partners says before a case closes, and does when it has: nothing stays open to another agency,
nothing of a contact that is police only. What is open to who must not be told calls its owner, and who
leaves hands over what they were to decide."""

from collections.abc import Sequence

from django.dispatch import receiver

import accounts.commands
from accounts.models import User
from accounts.signals import membership_changed, roles_changed
from cases.models import Case, Contact, Person
from cases.signals import (
    agencies_not_told_changed,
    case_closed,
    case_closing,
    contact_is_police_only,
    plan_worded,
    record_hidden,
)
from partners import commands, queries
from partners.commands.telling import tell_owners
from partners.models import InformationRequest, Share, WithdrawalDecision

REASON = "The case closed"
MARKED = "Its contact was marked police only"


@receiver(case_closed)
def end_shares(*, case: Case, by: User, **_: object) -> None:
    """Each share of a closed case's places ends in that second, like one that was ended by hand: what is
    yet to begin, or held back by a suspended agreement, too."""
    commands.end_shares(Share.objects.filter(place__case=case), reason=REASON, by=by)


@receiver(contact_is_police_only)
def take_back(*, contacts: Sequence[Contact], by: User, **_: object) -> None:
    """Each notice about the contacts is gone for its receiver in that second, and each share of them ends."""
    commands.recall_notices_of(contacts, by=by)
    commands.end_shares(Share.objects.filter(contact__in=contacts), reason=MARKED, by=by)


@receiver([membership_changed, roles_changed])
def hand_over_lines(*, user: User, by: User, **_: object) -> None:
    """A line about a share that somebody may decide no more, by leaving or by other roles, is told whoever
    may."""
    commands.hand_over_lines(user, by=by)


@receiver(agencies_not_told_changed)
def call_owners(*, person: Person, agencies: list[int], by: User, **_: object) -> None:
    """Somebody decides at once on each share with an agency that, it is said now, must not be told."""
    open_to_them = Share.objects.standing().filter(person=person, agency__in=agencies)
    for share in open_to_them.select_related(
        "agency", "decided_by", "place__case__lead_worker"
    ).order_by("pk"):
        tell_owners(
            share, f"{share.agency} must not be told, and {share.reference} is open to them", by=by
        )


@receiver(plan_worded)
def refuse_addresses(*, person: Person, texts: dict[str, str], by: User, **_: object) -> None:
    """A plan is read by the partners at the table, and by those it is shared with, now or later."""
    commands.refuse_addresses(person, texts, by=by)


@receiver(case_closing)
def name_what_is_undecided(*, case: Case, by: User, **_: object) -> list[str]:
    """A withdrawn agreement to help is decided on before the case closes."""
    return queries.in_the_way_of_closing(case, viewer=by)


@receiver(record_hidden)
def settle_lines(*, person: Person, by: User, **_: object) -> None:
    """Lines that lead to what is shared, told, asked or decided of the child leave the home pages."""
    commands.settle_notices_of(person, by=by)
    for share in Share.objects.filter(person=person).order_by("pk"):
        commands.settle_owners(share, by=by)
    for asked in InformationRequest.objects.filter(place__person=person).order_by("pk"):
        accounts.commands.settle(url=f"/requests/{asked.pk}", by=by)
    decisions = WithdrawalDecision.objects.filter(consent__place__person=person)
    for decision in decisions.order_by("pk"):
        accounts.commands.settle(url=f"/withdrawals/{decision.pk}", by=by)
