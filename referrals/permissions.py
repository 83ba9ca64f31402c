"""Who may refer a child, and who decides a referral."""

from collections.abc import Iterable

import accounts.queries
import cases.queries
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Contact, Person, Restriction
from referrals.models import Referral, ReferralChild


def can_make_referral(*, by: User) -> bool:
    """Whether the user's role includes making referrals at all."""
    return permissions.can(permissions.MAKE_REFERRAL, by=by)


def check_can_make_referral(
    *, contact: Contact | None, children: Iterable[Person], by: User
) -> None:
    """The role, sight of every child, and a contact that is one's own or that one may read.

    A child of one's own contact needs no sight: a partner's staff keep the contact alone.
    NotAllowed without the role; NotVisible for a child or a contact out of ground.
    """
    permissions.check(permissions.MAKE_REFERRAL, by=by)
    own = set[int]()
    if contact is not None:
        found = cases.queries.contact(contact.pk, viewer=by)
        if found.is_of(by):
            own = {child.person_id for child in found.children.all()}
    for child in children:
        if child.pk not in own:
            scope.sight(by, child.pk)


def is_in_hub_of(referral: Referral, *, by: User) -> bool:
    return accounts.queries.teams(viewer=by).filter(pk=referral.hub_id).exists()


def can_decide(referral: Referral, *, by: User) -> bool:
    """Whether the user is one of those in the referral's hub who decide."""
    return permissions.can(permissions.TRIAGE, by=by) and is_in_hub_of(referral, by=by)


def check_can_decide(referral: Referral, *, by: User) -> None:
    """NotAllowed without the role; NotVisible for a referral to a hub that one is not in."""
    permissions.check(permissions.TRIAGE, by=by)
    if not is_in_hub_of(referral, by=by):
        raise NotVisible("referral", referral.pk)


def check_can_answer_in_person(child: ReferralChild, *, by: User) -> None:
    """The owner of the hidden child's record answers in the hub's place. NotVisible for anybody else."""
    kept = Restriction.objects.live().filter(person=child.person_id, owner=by)
    if not by.is_active or not kept.exists():
        raise NotVisible("referral", child.referral_id)


def can_triage(*, by: User) -> bool:
    """Whether the user decides referrals in a hub: the queue is theirs."""
    return permissions.can(permissions.TRIAGE, by=by) and accounts.queries.is_in_hub(viewer=by)
