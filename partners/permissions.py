"""Who signs agreements, shares a child's place, adds what their agency knows, sends and reads notices."""

import accounts.queries
import cases.permissions
from accounts import permissions
from accounts.models import User
from audit.denied import NotAllowed, NotVisible
from cases.access import scope
from cases.models import CaseChild, Contact, Person
from partners.models import DecisionNotToShare, InformationRequest, Notice, Share


def can_sign_agreement(*, by: User) -> bool:
    """The lead agency's information governance puts agreements in the register, and suspends them."""
    return by.agency.is_lead and permissions.can(permissions.SIGN_AGREEMENT, by=by)


def check_can_sign_agreement(*, by: User) -> None:
    permissions.check(permissions.SIGN_AGREEMENT, by=by)
    if not can_sign_agreement(by=by):
        raise NotAllowed("sign or suspend agreements for the lead agency")


def can_read_agreements(*, by: User) -> bool:
    """The register is for information governance, for those who share under it, and for the programs
    of the agencies that it binds."""
    binds = (permissions.SHARE, permissions.READ_AGREEMENTS)
    return can_read_register(by=by) or any(permissions.can(each, by=by) for each in binds)


def can_read_register(*, by: User) -> bool:
    """The whole register, which names agencies and no child: information governance of any agency, and
    the lead agency's programs."""
    keeps = by.agency.is_lead and permissions.can(permissions.READ_AGREEMENTS, by=by)
    return keeps or permissions.can(permissions.SIGN_AGREEMENT, by=by)


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
    """Who extends a share and writes what it shows: whoever may share the same again now, with the sight
    of the child that it takes. NotVisible out of ground, for who decided it too."""
    if share.place:
        check_can_share(share.place, by=by)
    else:
        check_can_share_child(share.person, by=by)


def check_can_end(share: Share, *, by: User) -> None:
    """Who ends a share: whoever keeps it, and before there is a case whoever decided it, or the successor
    of a decider who has left the agency: they need see no more of the child for it."""
    gone = accounts.queries.succeeded_by(viewer=by)
    decided = share.decided_by_id == by.pk or gone.filter(pk=share.decided_by_id).exists()
    if share.place or not decided:
        check_can_keep(share, by=by)
        return
    permissions.check(permissions.SHARE, by=by)
    if scope.is_hidden_from(by, share.person_id):
        raise NotVisible("share", share.pk)


def can_end(share: Share, *, by: User) -> bool:
    """Whether its end is theirs to decide, and its page opens to them."""
    try:
        check_can_end(share, by=by)
    except (NotAllowed, NotVisible):
        return False
    return by.is_active and not scope.is_hidden_from(by, share.person_id)


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
    return scope.is_open(by, place)


# --- notices


def can_send_notice(person: Person, *, by: User) -> bool:
    """Whether to offer it: to the lead agency's staff with the child's full record open to them."""
    return _sends(by) and scope.is_in_full(by, person.pk)


def check_can_send_notice(person: Person, *, by: User) -> None:
    """NotVisible out of ground, a child who is restricted like one who is not there; NotAllowed else."""
    if not scope.sight(by, person.pk).everything or not _sends(by):
        raise NotAllowed(permissions.SEND_NOTICE)


def _sends(by: User) -> bool:
    return permissions.can(permissions.SEND_NOTICE, by=by) and by.agency.is_lead


def can_recall_notice(notice: Notice, *, by: User) -> bool:
    """Its sender, with or without the ground that they had, or who took over from them, and whoever could
    send it now."""
    if not _sends(by):
        return False
    if notice.sent_by_id == by.pk or scope.is_in_full(by, notice.person_id):
        return True
    return accounts.queries.succeeded_by(viewer=by).filter(pk=notice.sent_by_id).exists()


def check_can_recall_notice(notice: Notice, *, by: User) -> None:
    if not can_recall_notice(notice, by=by):
        raise NotAllowed("recall a notice")


def receives_notices(*, by: User) -> bool:
    return permissions.can(permissions.READ_NOTICES, by=by)


def check_receives_notices(*, by: User) -> None:
    permissions.check(permissions.READ_NOTICES, by=by)


def check_can_answer_notice(notice: Notice, *, by: User) -> None:
    """Somebody of the receiving agency sees to a notice. NotVisible where it is not theirs, or gone."""
    theirs = notice.agency_id == by.agency_id and receives_notices(by=by)
    if not theirs or notice.recalled_at:
        raise NotVisible("notice", notice.pk)


# --- agreement to help


def check_can_keep_consent(place: CaseChild, *, by: User) -> None:
    """Whoever runs the case records who agreed to help, and decides when they take it back.

    NotVisible out of ground; NotAllowed for a case that others run.
    """
    found = scope.find_place(by, place.pk)
    if not cases.permissions.can_lead(found.case, by=by):
        raise NotAllowed("record agreement to help in a case that others run")


def can_keep_consent(place: CaseChild, *, by: User) -> bool:
    """Whether to offer it: while the case is open."""
    runs = cases.permissions.can_lead(place.case, by=by)
    return runs and place.case.is_open and _is_open(place, by=by)


# --- decisions not to share


def check_can_decide_not_to_share(
    person: Person, place: CaseChild | None = None, *, by: User
) -> None:
    """Whoever has the full record; in a place, whoever shares from it too, of whatever agency.

    NotVisible out of ground; NotAllowed without the role.
    """
    permissions.check(permissions.DECIDE_NOT_TO_SHARE, by=by)
    if place is not None and cases.permissions.can_lead(place.case, by=by):
        scope.find_place(by, place.pk)
    elif not scope.sight(by, person.pk).everything:
        raise NotVisible("child", person.pk)


def check_can_review_not_sharing(decision: DecisionNotToShare, *, by: User) -> None:
    """Whoever could decide it now; and, before there is a case, whoever did, or the successor of who did
    and has left: they need see no more of the child for it."""
    gone = accounts.queries.succeeded_by(viewer=by)
    theirs = decision.decided_by_id == by.pk or gone.filter(pk=decision.decided_by_id).exists()
    if decision.place or not theirs:
        check_can_decide_not_to_share(decision.person, decision.place, by=by)
        return
    permissions.check(permissions.DECIDE_NOT_TO_SHARE, by=by)
    if scope.is_hidden_from(by, decision.person_id):
        raise NotVisible("decision not to share", decision.pk)


def can_review_not_sharing(decision: DecisionNotToShare, *, by: User) -> bool:
    try:
        check_can_review_not_sharing(decision, by=by)
    except (NotAllowed, NotVisible):
        return False
    return True


def can_decide_not_to_share(person: Person, place: CaseChild | None = None, *, by: User) -> bool:
    """Whether to offer it of a record, or of a place, that the viewer was shown."""
    try:
        check_can_decide_not_to_share(person, place, by=by)
    except (NotAllowed, NotVisible):
        return False
    return True


# --- requests for information


def check_can_ask(place: CaseChild, *, by: User) -> None:
    """Whoever has the role asks about a place that is open to them. NotVisible otherwise."""
    permissions.check(permissions.ASK_INFORMATION, by=by)
    scope.find_place(by, place.pk)


def can_ask(place: CaseChild, *, by: User) -> bool:
    """Whether to offer it: while the case is open."""
    may = permissions.can(permissions.ASK_INFORMATION, by=by)
    return may and place.case.is_open and _is_open(place, by=by)


def check_can_answer(asked: InformationRequest, *, by: User) -> None:
    """The agency that was asked answers; where it runs the case, whoever runs it does."""
    permissions.check(permissions.ANSWER_REQUEST, by=by)
    if asked.to_agency_id != by.agency_id:
        raise NotAllowed("answer what another agency is asked")
    place = scope.find_place(by, asked.place_id)
    runs = cases.permissions.can_lead(place.case, by=by)
    if place.case.team.agency_id == by.agency_id and not runs:
        raise NotAllowed("answer for a case that others run")


def check_can_see_requests(*, by: User) -> None:
    if not can_see_requests(by=by):
        raise NotAllowed("see what agencies ask each other")


def can_see_requests(*, by: User) -> bool:
    return any(
        permissions.can(needed, by=by)
        for needed in (permissions.ASK_INFORMATION, permissions.ANSWER_REQUEST)
    )


# --- contributions that are passed on


def check_can_pass_on(place: CaseChild, *, agreed_by_author: bool = False, by: User) -> None:
    """As sharing: whoever runs the case shows a partner's words to further agencies.

    A program of the team that runs it does so once the author has agreed. To go on without them is
    weighed by a person. NotVisible out of ground, NotAllowed otherwise.
    """
    if agreed_by_author and passes_on_agreed(place, by=by):
        scope.find_place(by, place.pk)
        return
    check_can_share(place, by=by)


def passes_on_agreed(place: CaseChild, *, by: User) -> bool:
    """Whether it is a program that an administrator has put in the team that runs the case."""
    team = by.memberships.filter(team=place.case.team_id, until=None)
    return permissions.can(permissions.PASSING_ON_AGREED, by=by) and team.exists()
