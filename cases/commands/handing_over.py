"""Hand over what somebody held in cases as they leave, or as their roles let them do it no more: to the
supervisor, in that second."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db.models import Q

import accounts.commands
import asking
import audit.commands
import clock
from accounts import permissions
from accounts.models import Team, User
from audit.models import Kind
from cases.access import grants, scope
from cases.commands.cases import seat_heir
from cases.commands.chronology import add_event
from cases.commands.flags import address_of, pass_call
from cases.models import (
    Action,
    Case,
    CaseChild,
    DutyCall,
    EventKind,
    Flag,
    HiddenNow,
    Prompt,
    PromptState,
    Restriction,
    Section,
    TeamPlace,
)

# What a supervisor must be able to do for each kind of thing that is handed to them, in words.
NEEDED = {
    permissions.LEAD_CASE: "lead a case",
    permissions.SET_ACTION: "do an action",
    permissions.ANSWER_FLAG: "answer a flag",
    permissions.REVIEW_PROMPTS: "decide a prompt",
}


@dataclass(frozen=True)
class Held:
    """What somebody holds: cases they lead, actions to be done, seats, calls that nobody answered."""

    led: list[Case]
    actions: list[Action]
    seats: list[TeamPlace]
    calls: list[DutyCall]

    @property
    def in_words(self) -> list[str]:
        """By reference, each once: never a child."""
        calls = (f"flag F-{call.flag_id}" if call.flag_id else "a prompt" for call in self.calls)
        words = [
            *(f"the lead of {case}" for case in self.led),
            *(f"an action in {action.place.case}" for action in self.actions),
            *(f"a seat in {each.place.case}" for each in self.seats),
            *calls,
        ]
        return list(dict.fromkeys(words))

    @property
    def needs(self) -> list[str]:
        """The permissions without which nobody can take it over."""
        flags = [call for call in self.calls if call.flag_id]
        asked = {
            permissions.LEAD_CASE: self.led,
            permissions.SET_ACTION: self.actions,
            permissions.ANSWER_FLAG: flags,
            permissions.REVIEW_PROMPTS: len(self.calls) > len(flags),
        }
        return [permission for permission, held in asked.items() if held]

    def needing(self, lost: Collection[str]) -> "Held":
        """What of cases nobody can do without these permissions. With the lead of a case goes the seat in
        it: it is the lead worker's."""
        led = self.led if permissions.LEAD_CASE in lost else []
        acts = permissions.SET_ACTION in lost
        seats = [each for each in self.seats if acts or each.place.case in led]
        return Held(led, self.actions if acts else [], seats, [])


def _asks(call: DutyCall) -> str:
    """The permission without which nobody can do what a call asks."""
    return permissions.ANSWER_FLAG if call.flag_id else permissions.REVIEW_PROMPTS


@asking.command
def hand_over(user: User, team: Team, *, by: User) -> None:
    """What a leaver held in a team's open cases is the supervisor's: lead, actions, seats, calls about
    its children; with their last team, every call that nobody has answered.

    ValidationError, naming it, where the team has no supervisor, or one who may not do it.
    """
    held = _held(user, _hold_cases(user, Q(team=team)), _calls_of(user, team))
    _check(held, user, team.supervisor, f"the supervisor of {team}")
    if team.supervisor:
        _pass(held, user, team.supervisor, _post(team), by=by)


@asking.command
def hand_over_rest(user: User, *, by: User) -> None:
    """The same for who has left every team, and now the agency: each case's own lead worker takes
    over what was theirs in it. Their sight of every child ends."""
    for case in _hold_cases(user, Q()):
        lead = case.lead_worker
        successor = case.team.supervisor if lead == user or not lead.is_active else lead
        held = _held(user, [case], [])
        _check(held, user, successor, f"the supervisor of {case.team}")
        assert successor is not None, "checked: something is held"
        _pass(held, user, successor, "", by=by)
    _check(_held(user, [], _calls_of(user, None)), user, None, "a team with a supervisor")
    grants.end_of(user)


@asking.command
def hand_over_unfit(user: User, *, by: User) -> None:
    """What somebody's roles let them do no more is another's: a case that they lead, with their seat in it,
    its supervisor's; actions and seats in a case of somebody else its lead worker's. A call is that of a
    supervisor of theirs who may answer it; where there is none its climb goes on by itself.

    ValidationError at "roles", naming it, where nobody can take it over: then the roles stay.
    """
    lost = [each for each in NEEDED if not permissions.can(each, by=user)]
    try:
        for case in _hold_cases(user, Q()):
            lead = case.lead_worker
            successor = case.team.supervisor if user == lead or not lead.is_active else lead
            held = _held(user, [case], []).needing(lost)
            # Nobody takes over from themselves.
            successor = None if successor == user else successor
            _check(held, user, successor, f"the supervisor of {case.team}")
            if successor:
                _pass(held, user, successor, "", by=by)
    except ValidationError as error:
        raise ValidationError({"roles": error.messages}) from error
    for call in _calls_of(user, None):
        team = _team_to_answer(user, _asks(call)) if _asks(call) in lost else None
        if team and team.supervisor:
            _pass(Held([], [], [], [call]), user, team.supervisor, _post(team), by=by)


def _team_to_answer(user: User, permission: str) -> Team | None:
    """The first of somebody's teams whose supervisor may do what they may no more."""
    live = user.memberships.filter(until=None).select_related("team__supervisor__agency")
    for membership in live.order_by("team__name"):
        supervisor = membership.team.supervisor
        if supervisor and permissions.can(permission, by=supervisor):
            return membership.team
    return None


def _post(team: Team) -> str:
    return f"Supervisor of {team}"[:80]


def _hold_cases(user: User, among: Q) -> list[Case]:
    """The open cases in which they hold anything, held until the transaction ends."""
    acts = Action.objects.filter(owner=user, done_at=None).values("place__case")
    sits = TeamPlace.objects.filter(user=user, until=None).values("place__case")
    theirs = Q(lead_worker=user) | Q(pk__in=acts) | Q(pk__in=sits)
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("lead_worker", "team__agency", "team__supervisor")
    return list(rows.filter(among, theirs, closed_at=None).order_by("pk"))


def _held(user: User, cases: list[Case], calls: list[DutyCall]) -> Held:
    within = {"place__case__in": [case.pk for case in cases]}
    related = ("place__case", "place__person")
    actions = Action.objects.select_for_update(of=("self",)).filter(owner=user, done_at=None)
    seats = TeamPlace.objects.select_for_update(of=("self",)).filter(user=user, until=None)
    return Held(
        led=[case for case in cases if case.lead_worker_id == user.pk],
        actions=list(actions.filter(**within).select_related(*related).order_by("pk")),
        seats=list(seats.filter(**within).select_related(*related, "user").order_by("pk")),
        calls=calls,
    )


def _calls_of(user: User, team: Team | None) -> list[DutyCall]:
    """The calls to them that nobody has answered, with flags and prompts held. What is about a restricted
    or sealed child is its named list's, and stays there (cases/commands/leaving_lists.py)."""
    hidden = HiddenNow.objects.values("person")
    calls = DutyCall.objects.filter(user=user, passed_at=None).exclude(
        Q(flag__person__in=hidden) | Q(prompt__person__in=hidden)
    )
    about = {}
    if team and user.memberships.filter(until=None).exists():
        about = {"person__places__case__in": Case.objects.filter(team=team, closed_at=None)}
    flags = Flag.objects.filter(answered_at=None, calls__in=calls, **about).values("pk")
    waiting = Prompt.objects.filter(state=PromptState.WAITING, climbs=True, calls__in=calls)
    prompts = waiting.filter(**about).values("pk")
    open_flags = Flag.objects.select_for_update().filter(pk__in=flags, answered_at=None)
    open_prompts = Prompt.objects.select_for_update().filter(
        pk__in=prompts, state=PromptState.WAITING
    )
    theirs = Q(flag__in=list(open_flags.order_by("pk"))) | Q(
        prompt__in=list(open_prompts.order_by("pk"))
    )
    return list(calls.filter(theirs).order_by("pk"))


def _check(held: Held, user: User, successor: User | None, who: str) -> None:
    if not held.in_words:
        return
    still = f"{user} still holds {', '.join(held.in_words)}."
    if successor is None:
        raise ValidationError(f"There is nobody to take over. Name {who} first: {still}")
    missing = [NEEDED[each] for each in held.needs if not permissions.can(each, by=successor)]
    if missing:
        raise ValidationError(
            f"{successor} may not {', or '.join(missing)}. Name another as {who} first: {still}"
        )


def _pass(held: Held, user: User, to: User, post: str, *, by: User) -> None:
    for case in held.led:
        _pass_case(case, user, to, by=by)
    for action in held.actions:
        _pass_action(action, user, to, by=by)
    for each in held.seats:
        _pass_seat(each, to, by=by)
    for call in held.calls:
        if call.flag:
            accounts.commands.settle(url=address_of(call.flag), user=user, by=by)
        pass_call(call, to, post=post, by=by)


def _pass_case(case: Case, user: User, to: User, *, by: User) -> None:
    case.lead_worker = to
    case.save(update_fields=["lead_worker"])
    places = list(case.places.filter(left_at=None).select_related("person").order_by("pk"))
    for place in places:
        add_event(
            place.person,
            EventKind.CASE,
            f"Case {case.reference} has a new lead worker",
            detail=f"{to} took over from {user}",
            place=place,
            by=by,
        )
    audit.commands.record(
        Kind.ALTERATION,
        "hand over case",
        persons=[place.person_id for place in places],
        records={"case": case.pk, "user": to.pk},
        by=by,
    )
    url = f"/cases/{case.reference}"
    accounts.commands.settle(url=url, user=user, by=by)
    # With every child in it hidden from them, it leads nowhere until one is not.
    if scope.places_visible_to(to).filter(case=case).exists():
        accounts.commands.notify(to, f"You are lead worker of {case.reference}", url=url, by=by)


def _heir(place: CaseChild, to: User) -> User:
    """Who takes over what is of one child: whoever it passes to, or, where the child is hidden from them,
    the record's owner, who sees it by the named list."""
    if not scope.is_hidden_from(to, place.person_id):
        return to
    return Restriction.objects.live().select_related("owner__agency").get(person=place.person).owner


def _pass_action(action: Action, user: User, to: User, *, by: User) -> None:
    to = _heir(action.place, to)
    if to == user:
        # They leave a team, and keep the record by its list: it is theirs still.
        return
    grants.end(action.grant_ref)
    # What begins again gets a new grant.
    action.owner, action.grant_ref = to, uuid4()
    action.save(update_fields=["owner", "grant_ref"])
    place = action.place
    sections = [Section.FULL] if to.agency.is_lead else [Section.PLAN]
    grants.open_to(to, place, sections, ground="task", grant_ref=action.grant_ref)
    add_event(
        place.person,
        EventKind.ACTION,
        "Action passed on",
        detail=f"{action.what}: {to} took over from {user}",
        place=place,
        by=by,
    )
    audit.commands.record(
        Kind.ALTERATION,
        "hand over action",
        persons=[place.person_id],
        records={"action": action.pk, "user": to.pk},
        by=by,
    )
    url = f"/actions/{action.pk}"
    accounts.commands.settle(url=url, user=user, by=by)
    accounts.commands.notify(to, f"You have an action in {place.case}", url=url, by=by)


def _pass_seat(held: TeamPlace, to: User, *, by: User) -> None:
    to = _heir(held.place, to)
    if to == held.user:
        return
    grants.end(held.grant_ref)
    held.until = clock.now()
    held.save(update_fields=["until"])
    audit.commands.record(
        Kind.ALTERATION,
        "hand over seat",
        persons=[held.place.person_id],
        records={"place": held.place_id, "user": to.pk},
        by=by,
    )
    if not held.place.team_places.filter(user=to, until=None).exists():
        seat_heir(held.place, to, role=held.role, by=by)
