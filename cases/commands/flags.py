"""Raise a safeguarding flag, call whoever is on duty, climb until somebody answers with an action.

For a restricted or sealed child nobody is called but the named list, in words that name nothing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError

import accounts.commands
import accounts.permissions
import accounts.queries
import asking
import audit.commands
import clock
from accounts.models import Agency, Area, User
from audit.models import Kind
from cases import permissions
from cases.access import grants, scope
from cases.commands.chronology import add_event
from cases.commands.keeping import keep_cause_anew
from cases.models import (
    Contact,
    DutyCall,
    EventKind,
    Flag,
    Observation,
    Person,
    Prompt,
    PromptState,
    Restriction,
    Section,
)
from cases.models.flags import CLIMB

CONTROL_ROOM, NAMED_LIST = "Control room", "Named list"
# What a call about a restricted or sealed child says: it names nothing.
ANSWER_NOW = "Safeguarding: somebody must answer now"
DECIDE_NOW = "Something grave waits: decide on it now"
# {step: post and user of the call that it makes}
Calls = dict[int, DutyCall]
# Names the sight that a duty call opens: the same call, the same period.
CALLS = UUID("5a0e6c8e-6f0f-4f0e-8a53-0d5a7f5f5c11")


@asking.command
def raise_flag(
    person: Person,
    says: str,
    *,
    observation: Observation | None = None,
    contact: Contact | None = None,
    taken_from: Flag | None = None,
    by: User,
) -> Flag:
    """Raise a flag and call the first on duty. It stays open until a named person answers it.

    `taken_from`: the flag of the same danger that stands where a restricted child was not known.
    """
    flag = Flag.objects.create(
        person=person,
        observation=observation,
        contact=contact,
        says=says,
        taken_from=taken_from,
        area=contact.area if contact else None,
        police_only=contact.is_police_only if contact else by.agency.is_lead,
        raised_at=clock.now(),
    )
    add_event(
        person,
        EventKind.FLAG,
        "Safeguarding flag raised",
        detail=says,
        contact=contact,
        police_only=flag.police_only,
        audience=[_raised_by(flag)],
        by=by,
    )
    audit.commands.record(
        Kind.COLLECTION, "raise flag", persons=[person.pk], records={"flag": flag.pk}, by=by
    )
    keep_cause_anew(contact, person, by=by)
    climb_flag(flag, by=by)
    return flag


def _raised_by(flag: Flag) -> Agency:
    """Whose fact raised it: of the partners, that one alone reads of it in the chronology."""
    cause = flag.observation or flag.contact
    assert cause is not None, "no flag without a cause, says a constraint"
    return cause.agency


def climb_flag(flag: Flag, *, by: User) -> None:
    """Call every step whose time has come and who has not been called yet."""
    who = list_of(flag.person) or _rota(flag.area)
    for call in _due_calls(flag, who, flag.raised_at):
        call.flag = flag
        _call(call, by=by)


def address_of(flag: Flag) -> str:
    """Where the lines about a flag lead."""
    return f"/flags/{flag.pk}"


def climb_prompt(prompt: Prompt, *, by: User) -> None:
    """The same climb for a grave prompt of a fresh contact."""
    who = list_of(prompt.person) or _rota(prompt.contact.area)
    for call in _due_calls(prompt, who, prompt.raised_at):
        call.prompt = prompt
        _call(call, by=by)


def call_list(person: Person, *, by: User) -> None:
    """What is open on a record that has just been restricted calls the first on its list at once."""
    calls = list_of(person)
    first = calls[0].user if 0 in calls else None
    if first is None:
        return
    for flag in Flag.objects.filter(person=person, answered_at=None).order_by("pk"):
        accounts.commands.notify(first, ANSWER_NOW, url=address_of(flag), by=by)
    if Prompt.objects.filter(person=person, state=PromptState.WAITING, climbs=True).exists():
        accounts.commands.notify(first, DECIDE_NOW, url="/prompts", by=by)


def _rota(area: Area | None) -> Calls:
    """Whom each step calls now, by the duty rota."""
    found: Calls = {}
    for post in accounts.queries.on_duty(area, clock.now(), viewer=accounts.commands.system()):
        found.setdefault(post.step, DutyCall(post=post.name, user=post.user))
    return found


def list_of(person: Person) -> Calls:
    """Whom each step calls of a restricted or sealed child's list; empty for any other child.

    Those reachable at any hour first, then the others, then from the beginning. With nobody left who
    may sign in, every step goes to the control room, which is told a phone call is due and no more.
    """
    restriction = Restriction.objects.live().filter(person=person).first()
    if restriction is None:
        return {}
    live = restriction.places.filter(until=None, user__is_active=True, user__agency__is_lead=True)
    users = [
        place.user
        for place in live.order_by("-reachable_at_any_hour", "starts_at", "pk")
        if accounts.permissions.can(accounts.permissions.ANSWER_FLAG, by=place.user)
    ]
    if not users:
        return {len(CLIMB): DutyCall(post=CONTROL_ROOM)}
    return {
        step: DutyCall(post=NAMED_LIST, user=users[step % len(users)]) for step in range(len(CLIMB))
    }


def _due_calls(cause: Flag | Prompt, on_duty: Calls, since: datetime) -> list[DutyCall]:
    """The calls to make now: each step in its time; where nobody is on duty, the next at once."""
    now = clock.now()
    made = {call.step for call in cause.calls.all()}
    calls, covered = [], True
    for step, wait in enumerate(CLIMB):
        if step in made:
            covered = True
            continue
        if now - since < wait and covered:
            break
        covered = step in on_duty
        if covered:
            calls.append(_call_of(step, on_duty[step]))
    if not covered and len(CLIMB) not in made:
        calls.append(
            DutyCall(step=len(CLIMB), post=CONTROL_ROOM, phone=settings.CONTROL_ROOM_PHONE)
        )
    return calls


def _call_of(step: int, who: DutyCall) -> DutyCall:
    assert who.user is not None, "a step calls somebody"
    return DutyCall(step=step, post=who.post, user=who.user, phone=who.user.phone)


def pass_call(call: DutyCall, to: User, *, post: str, by: User) -> None:
    """Who was called has left: the call is another's from this second on, at the same step."""
    grants.end(_period(call))
    call.passed_at = clock.now()
    call.save(update_fields=["passed_at"])
    passed = DutyCall(flag=call.flag, prompt=call.prompt, step=call.step, post=post, user=to)
    passed.phone = to.phone
    _call(passed, by=by)


def _call(call: DutyCall, *, by: User) -> None:
    """Make a call. It opens the child to whom it calls; a hidden child's list sees it anyway."""
    cause = call.flag or call.prompt
    assert cause is not None, "a call is about one thing, says a constraint"
    person = cause.person
    hidden = bool(scope.restricted_or_sealed([person.pk]))
    call.called_at = clock.now()
    call.save()
    if call.user:
        # A post may name somebody of another agency: they are called, and see no more by it.
        if call.user.agency.is_lead and not hidden:
            grants.open_to(
                call.user, person, [Section.FULL], ground="task", grant_ref=_period(call)
            )
        text, url = line_of(call, hidden=hidden)
        accounts.commands.notify(call.user, text, url=url, by=by)
    audit.commands.record(
        Kind.ALTERATION, "call duty", persons=[person.pk], records={"call": call.pk}, by=by
    )


def line_of(call: DutyCall, *, hidden: bool) -> tuple[str, str]:
    """What stands on the home page of whoever is called, and where it leads."""
    if call.flag:
        says = ANSWER_NOW if hidden else f"Safeguarding flag F-{call.flag_id}: answer now"
        return says, address_of(call.flag)
    return DECIDE_NOW if hidden else "A grave prompt waits: confirm or drop it now", "/prompts"


def _period(call: DutyCall) -> UUID:
    return uuid5(CALLS, str(call.pk))


def end_calls(cause: Flag | Prompt) -> None:
    """Answered or decided, it shows the child no longer to those who were called about it."""
    for call in cause.calls.exclude(user=None):
        grants.end(_period(call))


@asking.command
def climb(*, by: User) -> int:
    """Climb everything unanswered; how many calls were made. Run each minute, and safe to run twice.

    What somebody holds just now, such as to answer it, is left to the next minute: nobody waits for
    the climb of the rest.
    """
    before = DutyCall.objects.count()
    unanswered = Flag.objects.filter(answered_at=None).select_related("area", "person")
    held: dict[str, Any] = {"of": ("self",), "no_key": True, "skip_locked": True}
    for flag in unanswered.select_for_update(**held).order_by("pk"):
        climb_flag(flag, by=by)
    waiting = Prompt.objects.filter(state=PromptState.WAITING, climbs=True).order_by("pk")
    for prompt in waiting.select_for_update(**held).select_related("contact__area", "person"):
        climb_prompt(prompt, by=by)
    return DutyCall.objects.count() - before


@asking.command
def answer_flag(flag: Flag, *, action: str, also: tuple[Flag, ...] = (), by: User) -> Flag:
    """Answer a flag with an action; one answer may close several of the same child, each named.

    ValidationError without an action, for another child's flag, or when somebody was faster.
    """
    permissions.check_can_answer_flag(by=by)
    if not action.strip():
        raise ValidationError({"action": "Say what was done to make the child safe."})
    ids = sorted({flag.pk, *(other.pk for other in also)})
    flags = list(Flag.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    for each in flags:
        if each.person_id != flag.person_id:
            raise ValidationError({"also": "One answer closes flags of one child only."})
        if each.answered_at:
            raise ValidationError(f"{each.answered_by} has already answered flag F-{each.pk}.")
        _answer(each, action, by=by)
    return next(each for each in flags if each.pk == flag.pk)


def _answer(flag: Flag, action: str, *, by: User) -> None:
    flag.answered_at, flag.answered_by, flag.action = clock.now(), by, action
    flag.save(update_fields=["answered_at", "answered_by", "action"])
    end_calls(flag)
    accounts.commands.settle(url=address_of(flag), by=by)
    add_event(
        flag.person,
        EventKind.FLAG,
        "Safeguarding flag answered",
        detail=f"{flag.says}: {action}",
        contact=flag.contact,
        police_only=flag.police_only,
        audience=[_raised_by(flag)],
        by=by,
    )
    audit.commands.record(
        Kind.ALTERATION,
        "answer flag",
        persons=[flag.person_id],
        records={"flag": flag.pk},
        by=by,
    )
