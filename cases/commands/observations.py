"""Observe, void, end, re-confirm, change how severe: facts, each change a row of its own."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import F

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases import permissions
from cases.commands.chronology import add_event
from cases.commands.flags import end_calls, raise_flag
from cases.commands.keeping import hold_records, keep_cause_anew
from cases.commands.people import hold
from cases.models import (
    Confidence,
    Contact,
    EventKind,
    Indicator,
    Observation,
    ObservationState,
    Person,
    Prompt,
    PromptState,
    Severity,
    Trigger,
)
from cases.signals import facts_changed


@asking.command
def observe(
    person: Person,
    indicator: Indicator,
    *,
    observed_on: date,
    severity: int = Severity.CLEAR,
    confidence: str = Confidence.CONFIRMED,
    source: str,
    contact: Contact | None = None,
    note: str = "",
    by: User,
) -> Observation:
    """Record an indicator as a fact of a child's life, and read the child anew.

    An observation whose trigger is immediate at its severity raises a safeguarding flag here and
    now, whatever the child's age, the weight or the strengths. ValidationError for a future date.
    """
    permissions.check_can_record_contact(by=by)
    if observed_on > clock.today():
        raise ValidationError({"observed_on": "The date must be today or in the past."})
    police_only = contact.is_police_only if contact else by.agency.is_lead
    observation = Observation.objects.create(
        person=person,
        indicator=indicator,
        observed_on=observed_on,
        recorded_at=clock.now(),
        severity=severity,
        confidence=confidence,
        source=source,
        contact=contact,
        note=note,
        police_only=police_only,
        agency=by.agency,
        recorded_by=by,
    )
    add_event(
        person,
        EventKind.OBSERVATION,
        indicator.name,
        detail=note,
        occurred_at=contact.occurred_at if contact else clock.start_of(observed_on),
        contact=contact,
        police_only=police_only,
        by=by,
    )
    if indicator.trigger_at(severity) == Trigger.IMMEDIATE:
        raise_flag(person, indicator.name, observation=observation, contact=contact, by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "observe",
        persons=[person.pk],
        records={"observation": observation.pk},
        by=by,
    )
    keep_cause_anew(contact, person, by=by)
    change_facts(person)
    return observation


def change_facts(*people: Person) -> None:
    """Tell the floors above that what a reading drinks from has changed, in this transaction."""
    ids = sorted({person.pk for person in people})
    hold(ids)
    Person.objects.filter(pk__in=ids).update(facts_version=F("facts_version") + 1)
    facts_changed.send(sender=Person, person_ids=ids)


@asking.command
def void(observation: Observation, *, reason: str, by: User) -> Observation:
    """Say that an observation should not stand, and why. It stays, unscored; its flag stays too."""
    return change_observation(
        observation, "void observation", reason=reason, voided_at=clock.now(), by=by
    )


@asking.command
def end_observation(
    observation: Observation, *, ended_on: date, reason: str, by: User
) -> Observation:
    """Say that an enduring thing ended, on that day (exclusive)."""
    _check_enduring(observation)
    if not observation.observed_on <= ended_on <= clock.today():
        raise ValidationError(
            {"ended_on": "The date must be between the day it was seen and today."}
        )
    return change_observation(
        observation, "end observation", reason=reason, ended_on=ended_on, by=by
    )


@asking.command
def reconfirm(observation: Observation, *, confirmed_on: date, by: User) -> Observation:
    """Say that an enduring thing is still so."""
    _check_enduring(observation)
    if not observation.observed_on <= confirmed_on <= clock.today():
        raise ValidationError(
            {"confirmed_on": "The date must be between the day it was seen and today."}
        )
    return change_observation(observation, "reconfirm", reason="", confirmed_on=confirmed_on, by=by)


@asking.command
def change_severity(
    observation: Observation, *, severity: int, reason: str, by: User
) -> Observation:
    """Change how severe it was. What is now immediate raises its flag."""
    changed = change_observation(
        observation, "change severity", reason=reason, severity=severity, by=by
    )
    immediate = changed.indicator.trigger_at(severity) == Trigger.IMMEDIATE
    if immediate and not hasattr(changed, "flag"):
        raise_flag(
            changed.person,
            changed.indicator.name,
            observation=changed,
            contact=changed.contact,
            by=by,
        )
    return changed


def _check_enduring(observation: Observation) -> None:
    if not observation.indicator.is_enduring:
        raise ValidationError(
            "Only an enduring indicator ends or is re-confirmed; seen again, it is a new observation."
        )


def change_observation(
    observation: Observation, verb: str, *, reason: str, by: User, **state: object
) -> Observation:
    """Give an observation a new state, keeping how it stood before."""
    permissions.check_can_record_contact(by=by)
    # Contacts before what came of them, as everywhere.
    hold_records(Contact, [observation.contact_id] if observation.contact_id else [])
    observation = Observation.objects.select_for_update(of=("self",)).get(pk=observation.pk)
    if observation.voided_at:
        raise ValidationError("This observation was voided: it can't change any more.")
    if not observation.states.exists():
        _keep_state(observation, at=observation.recorded_at, reason="", by=observation.recorded_by)
    for field, value in state.items():
        setattr(observation, field, value)
    observation.save(update_fields=list(state))
    _keep_state(observation, at=clock.now(), reason=reason, by=by)
    audit.commands.record(
        Kind.ALTERATION,
        verb,
        persons=[observation.person_id],
        records={"observation": observation.pk},
        by=by,
    )
    keep_cause_anew(observation.contact, observation.person, by=by)
    change_facts(observation.person)
    return observation


def _keep_state(observation: Observation, *, at: datetime, reason: str, by: User) -> None:
    ObservationState.objects.create(
        observation=observation,
        recorded_at=at,
        severity=observation.severity,
        confidence=observation.confidence,
        ended_on=observation.ended_on,
        confirmed_on=observation.confirmed_on,
        voided=observation.voided_at is not None,
        reason=reason,
        recorded_by=by,
    )


def prompt_for(person: Person, contact: Contact, word: str, indicator: Indicator | None) -> Prompt:
    """An unsaved prompt for a ticked word, with the clock that a grave one has.

    Grave: confirmed as clear it would raise a flag, or no code says just this word. A grave prompt
    of a contact of the last 7 days climbs like a flag; an older one is due by the end of the next
    working day.
    """
    now = clock.now()
    is_grave = indicator is None or indicator.trigger_at(Severity.CLEAR) == Trigger.IMMEDIATE
    climbs = is_grave and contact.occurred_at > now - timedelta(days=7)
    return Prompt(
        person=person,
        contact=contact,
        word=word,
        indicator=indicator,
        is_grave=is_grave,
        climbs=climbs,
        raised_at=now,
        due_at=(now if climbs else clock.end_of_next_working_day(now)) if is_grave else None,
    )


@asking.command
def confirm_prompt(
    prompt: Prompt,
    *,
    indicator: Indicator,
    severity: int = Severity.CLEAR,
    confidence: str = Confidence.REPORTED,
    by: User,
) -> Prompt:
    """Make a ticked word an observation. Two at once: the first decides, the second is told."""
    prompt = _waiting(prompt, by=by)
    prompt.observation = observe(
        prompt.person,
        indicator,
        observed_on=clock.london_date(prompt.contact.occurred_at),
        severity=severity,
        confidence=confidence,
        source="import",
        contact=prompt.contact,
        by=by,
    )
    return _decide(prompt, PromptState.CONFIRMED, reason="", by=by)


@asking.command
def drop_prompt(prompt: Prompt, *, reason: str, by: User) -> Prompt:
    """Say that a ticked word does not stand for this child, and why."""
    prompt = _waiting(prompt, by=by)
    if not reason.strip():
        raise ValidationError({"reason": "Say why this word is dropped."})
    return _decide(prompt, PromptState.DROPPED, reason=reason, by=by)


def _waiting(prompt: Prompt, *, by: User) -> Prompt:
    permissions.check_can_review_prompts(by=by)
    hold_records(Contact, [prompt.contact_id])
    prompt = (
        Prompt.objects.select_for_update(of=("self",))
        .select_related("person", "contact", "decided_by")
        .get(pk=prompt.pk)
    )
    if prompt.state != PromptState.WAITING:
        raise ValidationError(f"{prompt.decided_by} has already {prompt.state} this.")
    return prompt


def _decide(prompt: Prompt, state: PromptState, *, reason: str, by: User) -> Prompt:
    prompt.state, prompt.reason = state, reason
    prompt.decided_at, prompt.decided_by = clock.now(), by
    prompt.save()
    keep_cause_anew(prompt.contact, prompt.person, by=by)
    end_calls(prompt)
    audit.commands.record(
        Kind.ALTERATION,
        f"prompt {state}",
        persons=[prompt.person_id],
        records={"prompt": prompt.pk},
        by=by,
    )
    return prompt
