"""Who may do what with a child's record: the role's permission, and a ground on that child."""

import accounts.queries
from accounts import permissions
from accounts.models import User
from audit.denied import NotAllowed, NotVisible
from cases.access import scope
from cases.models import Action, Case, CaseChild, Contact, Section


def check_can_record_contact(*, by: User) -> None:
    permissions.check(permissions.RECORD_CONTACT, by=by)


def check_can_take_over_cases(*, by: User) -> None:
    permissions.check(permissions.TAKE_OVER_CASES, by=by)


def check_can_keep_records(*, by: User) -> None:
    """Information governance of the lead agency, whose records they are."""
    permissions.check(permissions.KEEP_RECORDS, by=by)
    if not by.agency.is_lead:
        raise NotAllowed(permissions.KEEP_RECORDS)


def check_can_list_due(*, by: User) -> None:
    permissions.check(permissions.LIST_DUE, by=by)


def can_match(*, by: User) -> bool:
    """Lead agency and hub match against everybody; a partner's staff are matched blind."""
    return permissions.can(permissions.SEARCH, by=by) and (
        by.agency.is_lead or accounts.queries.is_in_hub(viewer=by)
    )


def check_can_search(*, by: User) -> None:
    if not can_match(by=by):
        raise NotAllowed(permissions.SEARCH)


def check_can_complete(contact: Contact, *, by: User) -> None:
    """Its author completes a contact."""
    permissions.check(permissions.RECORD_CONTACT, by=by)
    if contact.recorded_by_id != by.pk:
        raise NotVisible("contact", contact.pk)


def check_can_answer_flag(*, by: User) -> None:
    permissions.check(permissions.ANSWER_FLAG, by=by)


def check_can_review_prompts(*, by: User) -> None:
    permissions.check(permissions.REVIEW_PROMPTS, by=by)


def can_lead(case: Case, *, by: User) -> bool:
    """Whether the user runs this case: a lead worker who is in its team now.

    Its own lead worker too, once they have left the team, runs it no more.
    """
    return (
        permissions.can(permissions.LEAD_CASE, by=by)
        and by.memberships.filter(team=case.team_id, until=None).exists()
    )


def check_can_lead(case: Case, *, by: User) -> None:
    """NotVisible for a case that is not open to the user; NotAllowed for one that others run."""
    if not scope.places_visible_to(by).filter(case=case).exists():
        raise NotVisible("case", case.pk)
    if not can_lead(case, by=by):
        raise NotAllowed("review or close a case that others run")


def check_can_set_action(place: CaseChild, *, by: User) -> None:
    """Whoever runs the case and the team around the child set its actions; a share only reads."""
    scope.find_place(by, place.pk, section=Section.PLAN)
    if not _sets_actions(place, by=by):
        raise NotAllowed("set actions in this plan")


def can_set_action(place: CaseChild, *, by: User) -> bool:
    """Whether to offer it: to the team around the child and whoever runs the case, while it is open."""
    return place.case.is_open and _sets_actions(place, by=by)


def _sets_actions(place: CaseChild, *, by: User) -> bool:
    """Whether the user has a seat at the child's table, or runs the case."""
    if not permissions.can(permissions.SET_ACTION, by=by):
        return False
    seated = place.team_places.filter(user=by, until=None).exists()
    return seated or can_lead(place.case, by=by)


def can_complete_action(action: Action, *, by: User) -> bool:
    """Whether it is theirs to say that it is done."""
    is_theirs = action.owner_id == by.pk or can_lead(action.place.case, by=by)
    return permissions.can(permissions.SET_ACTION, by=by) and is_theirs


def check_can_complete_action(action: Action, *, by: User) -> None:
    """Its owner says that an action is done, or whoever runs the case."""
    if not can_complete_action(action, by=by):
        raise NotAllowed("say that somebody else's action is done")
