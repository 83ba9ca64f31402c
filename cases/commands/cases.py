"""Open a family's case with each child's place in it, put people round the table, set actions."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError

import accounts.commands
import asking
import audit.commands
import clock
from accounts.models import Team, User
from audit.models import Kind
from cases import permissions
from cases.access import grants, scope
from cases.commands.chronology import add_event
from cases.commands.keeping import keep_anew
from cases.commands.safe_to_tell import refuse_not_told
from cases.models import Action, Case, CaseChild, EventKind, Person, Section, TeamPlace
from cases.signals import plan_worded


@asking.command
def open_case(
    family_name: str, *, children: Iterable[Person], team: Team, lead_worker: User, by: User
) -> Case:
    """Open a family's case: a place for each child, the team's ground on it, the lead worker's place.

    The caller has decided that the case opens (an accepted referral). ValidationError where the
    lead worker is not in the team.
    """
    lead_worker = accounts.commands.hold_active(lead_worker, field="lead_worker", by=by)
    if not lead_worker.memberships.filter(team=team, until=None).exists():
        raise ValidationError({"lead_worker": "The lead worker must be a member of the team."})
    case = Case.objects.create(
        family_name=family_name, team=team, lead_worker=lead_worker, opened_at=clock.now()
    )
    people = list(children)
    for person in people:
        _give_place(case, person, by=by)
    keep_anew(Case, [case.pk], by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "open case",
        persons=[person.pk for person in people],
        records={"case": case.pk},
        by=by,
    )
    accounts.commands.notify(
        lead_worker,
        f"You are lead worker of {case.reference}",
        url=f"/cases/{case.reference}",
        by=by,
    )
    return case


def _give_place(case: Case, person: Person, *, by: User) -> CaseChild:
    place = CaseChild.objects.create(case=case, person=person, joined_at=clock.now())
    grants.open_to(
        case.team.group, place, _team_sections(case.team), ground="task", grant_ref=uuid4()
    )
    add_event(person, EventKind.CASE, f"Case {case.reference} opened", place=place, by=by)
    seat(place, case.lead_worker, role="lead worker", by=by)
    return place


def _team_sections(team: Team) -> Iterable[str]:
    """The lead agency's team sees the full record; another agency's team what partners may see."""
    return [Section.FULL] if team.agency.is_lead else scope.PARTNER_SECTIONS


def hold_open(place: CaseChild, *, by: User) -> CaseChild:
    """A child's place, held until the transaction ends: of two who write in it, the second waits.

    ValidationError once its case has closed: nothing new comes into it.
    """
    places = CaseChild.objects.select_related("person").select_for_update(of=("self",), no_key=True)
    held = places.get(pk=place.pk)
    # Read after the wait: joined to what was waited for, it would still be as it was before.
    held.case = Case.objects.select_related("lead_worker", "team").get(pk=held.case_id)
    held.case.refuse_if_closed()
    return held


@asking.command
def seat(place: CaseChild, user: User, *, role: str, by: User) -> TeamPlace:
    """Give somebody, of any agency, a place on the team around a child, while the case is open.

    Whoever sits there already keeps their place.
    """
    user = accounts.commands.hold_active(user, field="user", by=by)
    return seat_heir(place, user, role=role, by=by)


def seat_heir(place: CaseChild, user: User, *, role: str, by: User) -> TeamPlace:
    """The same as something is handed over, when nobody else can leave (accounts.commands.take_turn): the
    user is not held, since cases are held already, and people come before them."""
    place = hold_open(place, by=by)
    if scope.is_hidden_from(user, place.person_id):
        raise ValidationError({"user": "Choose somebody on the named list of this record."})
    refuse_not_told(place.person, user.agency, field="user", by=by)
    if seated := TeamPlace.objects.filter(place=place, user=user, until=None).first():
        return seated
    team_place = TeamPlace.objects.create(
        place=place, user=user, role=role, starts_at=clock.now(), grant_ref=uuid4()
    )
    sections = [Section.FULL] if user.agency.is_lead else scope.PARTNER_SECTIONS
    grants.open_to(user, place, sections, ground="case team", grant_ref=team_place.grant_ref)
    audit.commands.record(
        Kind.ALTERATION,
        "seat on team",
        persons=[place.person_id],
        records={"place": place.pk, "user": user.pk},
        by=by,
    )
    return team_place


@asking.command
def set_action(place: CaseChild, *, what: str, owner: User, due_on: date, by: User) -> Action:
    """Add a step to one child's plan. Its owner may see the plan until it is done.

    Sent twice, it is one: while the first is not done, it is the answer to the second.
    ValidationError for a date before today, for words that no partner may read, for somebody of an agency
    that must not be told of the child, and once the child has left the case or it has closed.
    """
    permissions.check_can_set_action(place, by=by)
    if due_on < clock.today():
        raise ValidationError({"due_on": "The date must be today or later."})
    owner = accounts.commands.hold_active(owner, field="owner", by=by)
    if scope.is_hidden_from(owner, place.person_id):
        raise ValidationError({"owner": "Choose somebody on the named list of this record."})
    # Of two sends at once, the second waits here for the first.
    place = hold_open(place, by=by)
    place.refuse_if_left(field="owner")
    refuse_not_told(place.person, owner.agency, field="owner", by=by)
    asked: dict[str, Any] = {
        "place": place,
        "what": what,
        "owner": owner,
        "due_on": due_on,
        "set_by": by,
    }
    if waiting := Action.objects.filter(**asked, done_at=None).first():
        return waiting
    plan_worded.send(sender=Action, person=place.person, texts={"what": what}, by=by)
    action = Action.objects.create(**asked, set_at=clock.now(), grant_ref=uuid4())
    sections = [Section.FULL] if owner.agency.is_lead else [Section.PLAN]
    grants.open_to(owner, place, sections, ground="task", grant_ref=action.grant_ref)
    add_event(place.person, EventKind.ACTION, "Action set", detail=what, place=place, by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "set action",
        persons=[place.person_id],
        records={"action": action.pk},
        by=by,
    )
    if owner != by:
        accounts.commands.notify(
            owner,
            f"You have an action in {place.case.reference}",
            url=f"/actions/{action.pk}",
            by=by,
        )
    return action


@asking.command
def complete_action(action: Action, *, came_of_it: str, by: User) -> Action:
    """Say that an action is done and what came of it. Done twice, it stays as it was first done.

    ValidationError at the field for words that no partner may read.
    """
    action = Action.objects.select_for_update().select_related("place__case").get(pk=action.pk)
    permissions.check_can_complete_action(action, by=by)
    if action.done_at:
        return action
    # Whoever has left the team holds nothing of it any more, not even what was theirs to do.
    place = scope.find_place(by, action.place_id, section=Section.PLAN)
    plan_worded.send(sender=Action, person=place.person, texts={"came_of_it": came_of_it}, by=by)
    action.done_at, action.done_by, action.came_of_it = clock.now(), by, came_of_it
    action.save(update_fields=["done_at", "done_by", "came_of_it"])
    grants.end(action.grant_ref)
    add_event(
        action.place.person,
        EventKind.ACTION,
        "Action done",
        detail=f"{action.what}: {came_of_it}",
        place=action.place,
        by=by,
    )
    audit.commands.record(
        Kind.ALTERATION,
        "complete action",
        persons=[action.place.person_id],
        records={"action": action.pk},
        by=by,
    )
    return action
