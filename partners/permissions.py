"""Who signs agreements, who shares a child's place, who adds what their agency knows."""

import cases.permissions
from accounts import permissions
from accounts.models import User
from audit.denied import NotAllowed, NotVisible
from cases.access import scope
from cases.models import CaseChild, Contact, Person
from partners.models import Share


def can_sign_agreement(*, by: User) -> bool:
    return permissions.can(permissions.SIGN_AGREEMENT, by=by)


def check_can_sign_agreement(*, by: User) -> None:
    permissions.check(permissions.SIGN_AGREEMENT, by=by)


def can_read_agreements(*, by: User) -> bool:
    """The register is for those who sign agreements and those who share under them."""
    return can_sign_agreement(by=by) or permissions.can(permissions.SHARE, by=by)


def check_can_read_agreements(*, by: User) -> None:
    if not can_read_agreements(by=by):
        raise NotAllowed("read the register of agreements")


def check_can_share(place: CaseChild, *, by: User) -> None:
    """Whoever runs the case shares a child's place in it, and ends what was shared.

    NotAllowed without the role or for a case that others run; NotVisible out of ground.
    """
    permissions.check(permissions.SHARE, by=by)
    found = scope.find_place(by, place.pk)
    if not cases.permissions.can_lead(found.case, by=by):
        raise NotAllowed("share from a case that others run")


def check_can_share_child(person: Person, *, by: User) -> None:
    """Before there is a case, whoever shares and has the full record open shares of the child.

    NotAllowed without the role, or with less than the full record; NotVisible out of ground.
    """
    permissions.check(permissions.SHARE, by=by)
    if not scope.sight(by, person.pk).everything:
        raise NotAllowed("share of a child whose full record is not open to you")


def check_crosses(contact: Contact, person: Person, *, by: User) -> None:
    """A contact that is police only never crosses to a partner; another child's is none of this one."""
    if not contact.children.filter(person=person).exists():
        raise NotVisible("contact", contact.pk)
    if contact.is_police_only:
        raise NotAllowed("share a contact that is police only")


def can_share_child(sight: scope.Sight, *, by: User) -> bool:
    """Whether to offer it."""
    return sight.everything and permissions.can(permissions.SHARE, by=by)


def check_can_keep(share: Share, *, by: User) -> None:
    """Who ends a share, extends it and writes what it shows: whoever may share the same again.

    Before there is a case also whoever decided it, once the child is no longer open to them.
    """
    if share.place:
        check_can_share(share.place, by=by)
        return
    permissions.check(permissions.SHARE, by=by)
    if share.decided_by_id != by.pk:
        check_can_share_child(share.person, by=by)


def can_keep(share: Share, *, by: User) -> bool:
    """Whether to offer it, where the child's full record is shown."""
    if share.place:
        return can_share(share.place, by=by)
    return permissions.can(permissions.SHARE, by=by)


def check_can_see_holdings(*, by: User) -> None:
    """Who holds what, for those of the lead agency who share and who sign agreements."""
    permissions.check(permissions.SEE_HOLDINGS, by=by)
    if not by.agency.is_lead:
        raise NotAllowed(permissions.SEE_HOLDINGS)


def can_see_holdings(*, by: User) -> bool:
    return by.agency.is_lead and permissions.can(permissions.SEE_HOLDINGS, by=by)


def check_can_warn_of_ends(*, by: User) -> None:
    permissions.check(permissions.WARN_OF_ENDS, by=by)


def can_share(place: CaseChild, *, by: User) -> bool:
    """Whether to offer it: while the case is open."""
    runs = permissions.can(permissions.SHARE, by=by) and cases.permissions.can_lead(
        place.case, by=by
    )
    return runs and place.case.is_open and _is_open(place, by=by)


def check_can_see_shared(*, by: User) -> None:
    permissions.check(permissions.SEE_SHARED, by=by)


def check_can_contribute(place: CaseChild, *, by: User) -> None:
    """A partner adds to what is open to them. NotAllowed without the role; NotVisible otherwise."""
    permissions.check(permissions.CONTRIBUTE, by=by)
    scope.find_place(by, place.pk)


def can_contribute(place: CaseChild, *, by: User) -> bool:
    """Whether to offer it: while the case is open."""
    may = permissions.can(permissions.CONTRIBUTE, by=by)
    return may and place.case.is_open and _is_open(place, by=by)


def _is_open(place: CaseChild, *, by: User) -> bool:
    return scope.places_visible_to(by).filter(pk=place.pk).exists()
