"""Who may do what with a child's record: the role's permission, and a ground on that child."""

from django.db.models import Exists, Q

import accounts.queries
from accounts import permissions
from accounts.models import Role, User
from audit.denied import NotAllowed, NotVisible
from cases.access import scope
from cases.models import (
    Action,
    BreakGlass,
    Case,
    CaseChild,
    Contact,
    Person,
    Restriction,
    Section,
    TeamPlace,
)


def check_can_record_contact(*, by: User) -> None:
    permissions.check(permissions.RECORD_CONTACT, by=by)


def check_can_take_over_cases(*, by: User) -> None:
    permissions.check(permissions.TAKE_OVER_CASES, by=by)


def can_keep_records(*, by: User) -> bool:
    """Information governance of the lead agency, whose records they are."""
    return permissions.can(permissions.KEEP_RECORDS, by=by) and by.agency.is_lead


def check_can_keep_records(*, by: User) -> None:
    if not can_keep_records(by=by):
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
    """Its author completes a contact, or whoever takes it over from them."""
    permissions.check(permissions.RECORD_CONTACT, by=by)
    if not contact.is_of(by) and not takes_over(contact, by=by):
        raise NotVisible("contact", contact.pk)


def can_complete(contact: Contact, *, by: User) -> bool:
    """Whether to offer it: while it is incomplete, to its author or to whoever takes it over."""
    theirs = contact.is_of(by) or takes_over(contact, by=by)
    return contact.completed_at is None and theirs


def takes_over(contact: Contact, *, by: User) -> bool:
    """Whether a capture is theirs to complete because its author has left it behind."""
    if not by.is_active or not permissions.can(permissions.RECORD_CONTACT, by=by):
        return False
    own = Contact.objects.filter(pk=contact.pk, agency=by.agency_id, completed_at=None)
    return own.filter(left_behind(by=by)).exists()


def left_behind(*, by: User) -> Q:
    """Of contacts: whether the author has left the team that they were in as it was recorded, and the
    user supervises it, what a leaver held passes to that team's supervisor; or left it to no team, and the
    user answers for the agency."""
    teams = accounts.queries.supervised(viewer=by)
    then = accounts.queries.worked_in(teams, user="recorded_by", at="recorded_at", viewer=by)
    return Q(Exists(accounts.queries.left_since(then, viewer=by))) | left_to_no_team(by=by)


def left_to_no_team(*, by: User) -> Q:
    """Of contacts: whether the author has left the agency, in no team as it was recorded that anybody
    supervises, such as in none or in the hub alone, and the user answers for the agency. Otherwise it
    would be listed to nobody, and what it tells of a child would never be completed."""
    if not accounts.queries.answers_for_agency(viewer=by):
        return Q(pk__in=[])
    kept = accounts.queries.worked_in(
        accounts.queries.with_a_supervisor(viewer=by),
        user="recorded_by",
        at="recorded_at",
        viewer=by,
    )
    gone = accounts.queries.leavers(viewer=by).values("pk")
    return Q(recorded_by__in=gone) & ~Q(Exists(kept))


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
    """Whether to offer it: to the team around the child and whoever runs the case, while the child is in
    it and it is open."""
    return place.is_open and _sets_actions(place, by=by)


def _sets_actions(place: CaseChild, *, by: User) -> bool:
    """Whether the user has a seat at the child's table, or runs the case."""
    if not permissions.can(permissions.SET_ACTION, by=by):
        return False
    seated = place.team_places.filter(user=by, until=None).exists()
    return seated or can_lead(place.case, by=by)


def can_sit(user: User) -> bool:
    """Whether somebody's role lets them work with a child's plan, as a seat asks of them."""
    return permissions.can(permissions.SET_ACTION, by=user)


def can_seat(place: CaseChild, *, by: User) -> bool:
    """Whether to offer it: to whoever runs the case, while the child is in it and it is open."""
    return place.is_open and can_lead(place.case, by=by)


def check_can_seat(place: CaseChild, *, by: User) -> None:
    """Whoever runs the case says who is on the team around a child."""
    scope.find_place(by, place.pk)
    if not can_lead(place.case, by=by):
        raise NotAllowed("say who is on the team around a child")


def check_can_end_seat(held: TeamPlace, *, by: User) -> None:
    """Whoever runs the case, and whoever sits there: they may leave."""
    scope.find_place(by, held.place_id)
    if held.user_id != by.pk and not can_lead(held.place.case, by=by):
        raise NotAllowed("end somebody else's place on the team")


def can_complete_action(action: Action, *, by: User) -> bool:
    """Whether it is theirs to say that it is done."""
    is_theirs = action.owner_id == by.pk or can_lead(action.place.case, by=by)
    return permissions.can(permissions.SET_ACTION, by=by) and is_theirs


def check_can_complete_action(action: Action, *, by: User) -> None:
    """Its owner says that an action is done, or whoever runs the case."""
    if not can_complete_action(action, by=by):
        raise NotAllowed("say that somebody else's action is done")


def can_restrict(*, by: User) -> bool:
    """Information governance of the lead agency alone restricts, seals and lifts: few hands, none with a
    case, and none of another agency, which would learn who is hidden."""
    return permissions.can(permissions.RESTRICT_RECORD, by=by) and by.agency.is_lead


def check_can_restrict(*, by: User) -> None:
    if not can_restrict(by=by):
        raise NotAllowed(permissions.RESTRICT_RECORD)


def can_keep_list(restriction: Restriction, *, by: User) -> bool:
    """The owner of a record keeps its named list, beside whoever restricts."""
    return can_restrict(by=by) or (restriction.owner_id == by.pk and by.is_active)


def check_can_keep_list(restriction: Restriction, *, by: User) -> None:
    """NotVisible for whoever keeps it not."""
    if not can_keep_list(restriction, by=by):
        raise NotVisible("restriction", restriction.pk)


def can_break_glass(*, by: User) -> bool:
    """Lead agency, hub, and everybody on the duty rota, where their role opens records at all."""
    if not permissions.can(permissions.OPEN_RECORD, by=by) or Role.API_CLIENT in by.roles:
        return False
    return (
        by.agency.is_lead
        or accounts.queries.is_in_hub(viewer=by)
        or accounts.queries.is_on_rota(viewer=by)
    )


def check_can_break_glass(*, by: User) -> None:
    if not can_break_glass(by=by):
        raise NotAllowed("break the glass")


def can_review_tries(*, by: User) -> bool:
    """Information governance of the lead agency reviews every try of break-glass."""
    return permissions.can(permissions.REVIEW_BREAK_GLASS, by=by) and by.agency.is_lead


def check_can_review_tries(*, by: User) -> None:
    if not can_review_tries(by=by):
        raise NotAllowed(permissions.REVIEW_BREAK_GLASS)


def check_can_review_break_glass(tried: BreakGlass, *, by: User) -> None:
    """Nobody reviews their own try."""
    check_can_review_tries(by=by)
    if tried.by_id == by.pk:
        raise NotAllowed("review a try of your own")


def can_open(person: Person, *, by: User) -> bool:
    """Whether the user may open this child's record with a reason, having met it by a match.

    One place for whatever a search would not have shown this user, and for whatever keeps somebody
    from opening records that are not their task.
    """
    return _may_have_met(person, by=by) and accounts.queries.training_is_current(viewer=by)


def _may_have_met(person: Person, *, by: User) -> bool:
    may = permissions.can(permissions.OPEN_RECORD, by=by) and can_match(by=by)
    return may and not scope.is_hidden_from(by, person.pk)


def check_can_open(person: Person, *, by: User) -> None:
    """NotVisible for whoever could not have matched this child; NotAllowed once their training has
    run out: what they have open stays so, and nothing else is kept from them."""
    if not _may_have_met(person, by=by):
        raise NotVisible("child", person.pk)
    if not can_open(person, by=by):
        raise NotAllowed("open a record that is new to you: your training is out of date")


def can_keep_record(sight: scope.Sight, *, by: User) -> bool:
    """Whether cautions and the birth date are the user's to keep: lead agency and hub, in full sight."""
    return sight.everything and can_match(by=by)


def check_can_keep_record(person: Person, *, by: User) -> None:
    """NotVisible for a child that is not open to the user; NotAllowed without the full record."""
    if not can_keep_record(scope.sight(by, person.pk), by=by):
        raise NotAllowed("keep what everybody must know of a child")


def can_keep_standing(sight: scope.Sight, *, by: User) -> bool:
    """Whether statuses and whom it is safe to tell are theirs to keep.

    With the full record as above, and for the child of a case that they run, of whatever agency.
    """
    return can_keep_record(sight, by=by) or runs_case_of(sight.person, by=by)


def check_can_keep_standing(person: Person, *, by: User) -> None:
    """NotVisible for a child that is not open to the user; NotAllowed for a child whom others help."""
    if not can_keep_standing(scope.sight(by, person.pk), by=by):
        raise NotAllowed("keep what everybody must know of a child")


def runs_case_of(person: Person, *, by: User) -> bool:
    """Whether the child is in an open case now that the user runs."""
    open_places = scope.places_of(by, person.pk).filter(left_at=None, case__closed_at=None)
    return any(can_lead(place.case, by=by) for place in open_places.select_related("case"))
