"""Raise a safeguarding flag, call whoever is on duty, climb until somebody answers with an action."""

from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError

import accounts.commands
import accounts.queries
import asking
import audit.commands
import clock
from accounts.models import Agency, Area, DutyPost, User
from audit.models import Kind
from cases import permissions
from cases.access import grants
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
    Section,
)
from cases.models.flags import CLIMB

CONTROL_ROOM = "Control room"
# Names the sight that a duty call opens: the same call, the same period.
CALLS = UUID("5a0e6c8e-6f0f-4f0e-8a53-0d5a7f5f5c11")


@asking.command
def raise_flag(
    person: Person,
    says: str,
    *,
    observation: Observation | None = None,
    contact: Contact | None = None,
    by: User,
) -> Flag:
    """Raise a flag and call the first on duty. It stays open until a named person answers it."""
    flag = Flag.objects.create(
        person=person,
        observation=observation,
        contact=contact,
        says=says,
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
    for call in _due_calls(flag, flag.area, flag.raised_at):
        call.flag = flag
        _call(
            call,
            flag.person,
            f"Safeguarding flag F-{flag.pk}: answer now",
            _address(flag),
            by=by,
        )


def _address(flag: Flag) -> str:
    """Where the lines about a flag lead."""
    return f"/flags/{flag.pk}"


def climb_prompt(prompt: Prompt, *, by: User) -> None:
    """The same climb for a grave prompt of a fresh contact."""
    for call in _due_calls(prompt, prompt.contact.area, prompt.raised_at):
        call.prompt = prompt
        _call(
            call, prompt.person, "A grave prompt waits: confirm or drop it now", "/prompts", by=by
        )


def _due_calls(cause: Flag | Prompt, area: Area | None, since: datetime) -> list[DutyCall]:
    """The calls to make now: each step in its time; where nobody is on duty, the next at once."""
    now = clock.now()
    made = {call.step for call in cause.calls.all()}
    on_duty: dict[int, DutyPost] = {}
    for post in accounts.queries.on_duty(area, now, viewer=accounts.commands.system()):
        on_duty.setdefault(post.step, post)
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


def _call_of(step: int, post: DutyPost) -> DutyCall:
    return DutyCall(step=step, post=post.name, user=post.user, phone=post.user.phone)


def _call(call: DutyCall, person: Person, text: str, url: str, *, by: User) -> None:
    call.called_at = clock.now()
    call.save()
    if call.user:
        # A post may name somebody of another agency: they are called, and see no more by it.
        if call.user.agency.is_lead:
            grants.open_to(
                call.user, person, [Section.FULL], ground="task", grant_ref=_period(call)
            )
        accounts.commands.notify(call.user, text, url=url, by=by)
    audit.commands.record(
        Kind.ALTERATION, "call duty", persons=[person.pk], records={"call": call.pk}, by=by
    )


def _period(call: DutyCall) -> UUID:
    return uuid5(CALLS, str(call.pk))


def end_calls(cause: Flag | Prompt) -> None:
    """Answered or decided, it shows the child no longer to those who were called about it."""
    for call in cause.calls.exclude(user=None):
        grants.end(_period(call))


@asking.command
def climb(*, by: User) -> int:
    """Climb everything unanswered; how many calls were made. Run each minute, and safe to run twice."""
    before = DutyCall.objects.count()
    unanswered = Flag.objects.filter(answered_at=None).select_related("area", "person")
    for flag in unanswered.select_for_update(of=("self",)).order_by("pk"):
        climb_flag(flag, by=by)
    waiting = Prompt.objects.filter(state=PromptState.WAITING, climbs=True).order_by("pk")
    for prompt in waiting.select_for_update(of=("self",)).select_related("contact__area", "person"):
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
    accounts.commands.settle(url=_address(flag), by=by)
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
