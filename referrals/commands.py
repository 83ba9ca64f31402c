"""Refer children to the hub; accept, decline or return a referral, always with an answer."""

from collections.abc import Collection, Iterable
from uuid import uuid4

from django.core.exceptions import ValidationError

import accounts.commands
import accounts.permissions
import accounts.queries
import asking
import audit.commands
import cases.commands
import clock
import partners.queries
from accounts.models import Team, User
from audit.models import Kind
from cases.access import grants, scope
from cases.models import Case, Contact, EventKind, Person, Section
from govuk.dates import moment_in_words
from partners import redaction
from referrals import permissions
from referrals.models import IN_PERSON, Agreed, Referral, ReferralChild, State

WORKING_DAYS = 1


@asking.command
def make_referral(
    *,
    contact: Contact | None,
    children: Iterable[Person],
    reason: str,
    wanted: str,
    agreed: str,
    agreed_why_not: str,
    by: User,
) -> Referral:
    """Put children before the hub, which sees their full records until it has decided.

    Sent twice, it is one: while the first waits, it is the answer to the second. ValidationError at
    the field for what is missing, or where somebody else's referral of the contact waits already.
    """
    children = list({child.pk: child for child in children}.values())
    permissions.check_can_make_referral(contact=contact, children=children, by=by)
    _take_turn(contact, by)
    # A record that closes in this very second waits, or is seen here to have closed.
    cases.commands.people.hold(child.pk for child in children)
    _check_referral(contact, children, reason, agreed, agreed_why_not)
    if waiting := _waiting(contact, children, reason, by):
        return waiting
    hub = accounts.queries.hub(viewer=by)
    if hub is None:
        raise ValidationError(
            "No hub has been set up to take referrals. Ask your administrator to set one up, "
            "and send this again."
        )
    now = clock.now()
    referral = Referral.objects.create(
        hub=hub,
        contact=contact,
        reason=reason,
        wanted=wanted,
        agreed=agreed,
        agreed_why_not=agreed_why_not,
        made_at=now,
        due_at=clock.add_working_days(now, WORKING_DAYS),
        made_by=by,
        agency=by.agency,
        grant_ref=uuid4(),
    )
    for child in children:
        ReferralChild.objects.create(referral=referral, person=child)
        grants.open_to(hub.group, child, [Section.FULL], ground="hub", grant_ref=referral.grant_ref)
    _tell_chronology(referral, f"Referral {referral.reference} made", reason, by=by)
    cases.commands.keep_anew(Referral, [referral.pk], by=by)
    if contact is not None:
        cases.commands.keep_anew(Contact, [contact.pk], by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "make referral",
        persons=[child.pk for child in children],
        records={"referral": referral.pk},
        by=by,
    )
    _call_hub(referral, by=by)
    return referral


def _check_referral(
    contact: Contact | None,
    children: list[Person],
    reason: str,
    agreed: str,
    agreed_why_not: str,
) -> None:
    errors = {}
    if not children:
        errors["children"] = "Choose at least one child."
    elif scope.restricted_or_sealed(child.pk for child in children):
        errors["children"] = (
            "A restricted or sealed record is not put before the hub: talk to its owner."
        )
    elif contact is not None and contact.children.filter(person__in=children).count() < len(
        children
    ):
        errors["children"] = "Choose from the children of this contact."
    if not reason.strip():
        errors["reason"] = "Say why you are making this referral."
    if agreed not in Agreed.values:
        errors["agreed"] = "Say whether the family agreed to early help."
    elif agreed != Agreed.YES and not agreed_why_not.strip():
        errors["agreed_why_not"] = "Say why the family did not agree, or why they were not asked."
    if errors:
        raise ValidationError(errors)


def _take_turn(contact: Contact | None, by: User) -> None:
    """Two sends of one referral at once: the second waits here until the first has ended."""
    if contact is not None:
        Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    else:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)


def _waiting(
    contact: Contact | None, children: list[Person], reason: str, by: User
) -> Referral | None:
    """The same referral, sent before and still waiting."""
    asked = {child.pk for child in children}
    waiting = Referral.objects.filter(contact=contact, state=State.WAITING)
    if contact is None:
        waiting = waiting.filter(reason=reason)
    for referral in waiting.select_related("made_by"):
        covers = asked <= set(referral.children.values_list("person_id", flat=True))
        if covers and referral.made_by_id == by.pk:
            return referral
        if contact is not None:
            raise ValidationError(
                f"{referral.made_by} has already referred this contact: {referral.reference}, "
                f"made on {moment_in_words(referral.made_at)}, waits for the hub's decision."
            )
    return None


def _call_hub(referral: Referral, *, by: User) -> None:
    """Tell everybody in the hub who may decide."""
    live = referral.hub.memberships.filter(until=None).select_related("user__agency")
    hub = [membership.user for membership in live.order_by("pk")]
    cases.commands.tell_of(
        _children_of(referral),
        [user for user in hub if accounts.permissions.can(accounts.permissions.TRIAGE, by=user)],
        f"Referral {referral.reference} waits for a decision",
        url=f"/referrals/{referral.reference}",
        by=by,
    )


def _children_of(referral: Referral) -> list[Person]:
    return [child.person for child in referral.children.select_related("person").order_by("pk")]


def _tell_chronology(referral: Referral, says: str, detail: str, *, by: User) -> None:
    for child in referral.children.select_related("person").order_by("pk"):
        cases.commands.add_event(
            child.person,
            EventKind.REFERRAL,
            says,
            detail=detail,
            contact=referral.contact,
            police_only=referral.is_police_only,
            by=by,
        )


@asking.command
def accept(
    referral: Referral,
    *,
    reason: str,
    answer: str,
    family_name: str,
    team: Team,
    lead_worker: User,
    safe_to_tell_read: Collection[int] = (),
    by: User,
) -> Case:
    """Take a referral on: a case opens for all its children, run by a team with a lead worker.

    `safe_to_tell_read`: of each child the version of whom it is safe to tell that was read. A
    referrer's agency that must not be told learns nothing of the decision here: it is answered in person.
    ValidationError at the field for what is missing or does not fit, or when somebody was faster.
    """
    # People before anything else, as everywhere.
    (lead_worker,) = accounts.commands.hold(lead_worker, by=by)
    referral = _undecided(referral, by=by)
    answer, errors = _answer(referral, answer, safe_to_tell_read, team=team, by=by)
    errors |= _check_reason(reason)
    if not family_name.strip():
        errors["family_name"] = "Enter the name that the family's case goes by."
    if team.is_hub:
        errors["team"] = "Choose a team that runs cases: the hub hands them on."
    if not accounts.permissions.can(accounts.permissions.LEAD_CASE, by=lead_worker):
        errors["lead_worker"] = f"Choose somebody else: {lead_worker} can't lead a case."
    elif not lead_worker.memberships.filter(team=team, until=None).exists():
        errors["lead_worker"] = f"Choose somebody else: {lead_worker} is not in {team}."
    if errors:
        raise ValidationError(errors)
    # A child who is hidden from whoever decides is not theirs to take on: the record's owner decides.
    seen = referral.children.exclude(person__in=scope.hidden_from(by)).select_related("person")
    case = cases.commands.open_case(
        family_name,
        children=[child.person for child in seen.order_by("pk")],
        team=team,
        lead_worker=lead_worker,
        by=by,
    )
    referral.case = case
    _decide(referral, State.ACCEPTED, "accept referral", reason, answer, by=by)
    return case


@asking.command
def decline(
    referral: Referral,
    *,
    reason: str,
    answer: str,
    safe_to_tell_read: Collection[int] = (),
    by: User,
) -> Referral:
    """Decide against early help, and tell the referrer why. The rest as for `accept`."""
    words = (reason, answer, safe_to_tell_read)
    return _decide_without_case(referral, State.DECLINED, "decline referral", *words, by=by)


@asking.command
def return_for_information(
    referral: Referral,
    *,
    reason: str,
    answer: str,
    safe_to_tell_read: Collection[int] = (),
    by: User,
) -> Referral:
    """Ask the referrer for more; they refer again with it. The rest as for `accept`."""
    words = (reason, answer, safe_to_tell_read)
    return _decide_without_case(referral, State.RETURNED, "return referral", *words, by=by)


def _decide_without_case(
    referral: Referral,
    state: State,
    verb: str,
    reason: str,
    answer: str,
    safe_to_tell_read: Collection[int],
    *,
    by: User,
) -> Referral:
    referral = _undecided(referral, by=by)
    answer, errors = _answer(referral, answer, safe_to_tell_read, by=by)
    if errors := errors | _check_reason(reason):
        raise ValidationError(errors)
    _decide(referral, state, verb, reason, answer, by=by)
    return referral


@asking.command
def answer_in_person(child: ReferralChild, *, reason: str, answer: str, by: User) -> ReferralChild:
    """The owner of a hidden record has decided of a referral in the hub's place, and told whoever referred.

    Nobody is told here: not the referrer, who was told in person, nor the hub, which knows of no such
    child. With every child of it hidden and answered for, the referral is closed; otherwise it goes on for
    the others. Answered twice, the first stands. ValidationError at the field for what is missing.
    """
    referral = Referral.objects.select_for_update(no_key=True).get(pk=child.referral_id)
    child = referral.children.select_related("person").get(pk=child.pk)
    permissions.check_can_answer_in_person(child, by=by)
    if child.answered_at:
        return child
    errors = _check_reason(reason)
    if not answer.strip():
        errors["answer"] = "Write what you told whoever made the referral."
    if errors:
        raise ValidationError(errors)
    child.answered_at, child.answered_by = clock.now(), by
    child.reason, child.answer = reason, answer
    child.save(update_fields=["answered_at", "answered_by", "reason", "answer"])
    cases.commands.add_event(
        child.person,
        EventKind.REFERRAL,
        f"Referral {referral.reference} answered in person",
        detail=f"{reason}\n\nAnswer: {answer}",
        by=by,
    )
    audit.commands.record(
        Kind.ALTERATION,
        "answer referral in person",
        persons=[child.person_id],
        records={"referral": referral.pk},
        ground="restriction",
        by=by,
    )
    _close_if_answered(referral, child)
    cases.commands.keep_anew(Referral, [referral.pk], by=by)
    return child


def _close_if_answered(referral: Referral, last: ReferralChild) -> None:
    """Nothing is left for the hub: it would come back to its queue, late, the day a record opens."""
    children = set(referral.children.values_list("person", flat=True))
    unanswered = referral.children.filter(answered_at=None).exists()
    if referral.decided_at or unanswered or children - scope.restricted_or_sealed(children):
        return
    referral.state, referral.decided_at = State.ANSWERED, last.answered_at
    referral.decided_by = last.answered_by
    referral.decision_reason, referral.answer = last.reason, last.answer
    referral.save()
    grants.end(referral.grant_ref)


def _undecided(referral: Referral, *, by: User) -> Referral:
    """The referral, locked until the decision is written. ValidationError once it is decided."""
    permissions.check_can_decide(referral, by=by)
    # First the children, all at once: each is asked about before the answer goes out.
    cases.commands.people.hold(child.pk for child in _children_of(referral))
    # No joins here: beside a row that changed while we waited they would still show the old state.
    locked = Referral.objects.select_for_update(no_key=True).get(pk=referral.pk)
    if locked.decided_at:
        raise ValidationError(
            f"{locked.decided_by} has already decided {locked.reference}, on "
            f"{moment_in_words(locked.decided_at)}: {locked.get_state_display().lower()}."
        )
    return locked


def _check_reason(reason: str) -> dict[str, str]:
    return {} if reason.strip() else {"reason": "Give the reason for your decision."}


def _answer(
    referral: Referral,
    typed: str,
    safe_to_tell_read: Collection[int],
    *,
    team: Team | None = None,
    by: User,
) -> tuple[str, dict[str, str]]:
    """The answer to the referrer, and what keeps it from being sent: {field: what to do instead}.

    Each child's safe-to-tell has been read, neither the referrer's agency nor that of the team which
    takes the case on must not be told, and no partner is told the address of who was harmed.
    """
    errors: dict[str, str] = {}
    seen = referral.children.exclude(person__in=scope.hidden_from(by)).select_related("person")
    for child in seen.order_by("person"):
        protected = partners.queries.protected_of(child.person, viewer=by)
        if not referral.agency.is_lead and redaction.holds(typed, protected):
            errors["answer"] = redaction.NEVER_SHARED
        for field, agency, instead in (
            ("answer", referral.agency, "leave this empty, and answer them in person"),
            ("team", team and team.agency, "choose another team"),
        ):
            try:
                cases.commands.refuse_unless_safe(
                    child.person,
                    safe_to_tell_read=safe_to_tell_read,
                    to=[agency] if agency else [],
                    field=field,
                    instead=instead,
                    by=by,
                )
            except ValidationError as error:
                errors |= {name: words[0] for name, words in error.message_dict.items()}
    if "answer" in errors and not typed.strip():
        del errors["answer"]
        return IN_PERSON, errors
    if not typed.strip():
        errors["answer"] = "Write an answer to whoever made the referral."
    return typed, errors


def _decide(
    referral: Referral, state: State, verb: str, reason: str, answer: str, *, by: User
) -> None:
    """Write the decision, close the hub's sight of the children, answer the referrer."""
    referral.state, referral.decided_at, referral.decided_by = state, clock.now(), by
    referral.decision_reason, referral.answer = reason, answer
    referral.save()
    grants.end(referral.grant_ref)
    cases.commands.keep_anew(Referral, [referral.pk], by=by)
    outcome = f"Referral {referral.reference} {state.label.lower()}"
    _tell_chronology(referral, outcome, f"{reason}\n\nAnswer: {answer}", by=by)
    records = {"referral": referral.pk, "case": referral.case_id}
    audit.commands.record(
        Kind.ALTERATION,
        verb,
        persons=referral.children.values_list("person_id", flat=True),
        records={name: pk for name, pk in records.items() if pk},
        ground="hub",
        by=by,
    )
    url = f"/referrals/{referral.reference}"
    # What called the hub leaves their home pages; then whoever made it is told, if they may be.
    accounts.commands.settle(url=url, by=by)
    if answer != IN_PERSON or referral.agency.is_lead:
        told = accounts.queries.stands_for(referral.made_by, viewer=by)
        cases.commands.tell_of(_children_of(referral), [told], outcome, url=url, by=by)
