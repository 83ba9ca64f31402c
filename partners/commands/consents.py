"""Keep what a family says to help, and decide on what they take back."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

import accounts.commands
import asking
import audit.commands
import cases.commands
import cases.queries
import clock
from accounts.models import User
from audit.models import Kind
from cases.access import scope
from cases.models import CaseChild, EventKind
from partners import permissions, queries
from partners.commands.shares import end_shares
from partners.models import (
    Answer,
    Consent,
    Outcome,
    Share,
    Who,
    WithdrawalDecision,
)


@asking.command
def record_consent(
    place: CaseChild,
    *,
    answer: str,
    who: str = "",
    competence: str = "",
    competence_judged_by: str = "",
    said_to: str = "",
    said_on: date | None = None,
    in_writing: bool = False,
    until: date | None = None,
    ask_again_on: date | None = None,
    why_not: str = "",
    by: User,
) -> Consent:
    """Record what a family said to early help for one child: yes, no, or why they were not asked.

    `until` is exclusive. A no opens a decision due today, as a withdrawal does. The same sent twice
    by one person is one. ValidationError at the field for what is missing or not theirs to agree to.
    """
    permissions.check_can_keep_consent(place, by=by)
    place = cases.commands.hold_open(place, by=by)
    says = {
        "place": place,
        "answer": answer,
        "who": who,
        "competence": competence,
        "competence_judged_by": competence_judged_by,
        "said_to": said_to,
        "said_on": said_on,
        "in_writing": in_writing,
        "until": until,
        "ask_again_on": ask_again_on,
        "why_not": why_not,
        "recorded_by": by,
    }
    consent = Consent(**says, recorded_at=clock.now())
    if errors := consent.refusals(age=cases.queries.age(place.person, viewer=by)):
        raise ValidationError(errors)
    if kept := _said_last(says):
        return kept
    consent.save()
    _tell_of_consent(consent, "Agreement to help recorded", by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "record consent",
        persons=[place.person_id],
        records={"consent": consent.pk, "place": place.pk},
        by=by,
    )
    if answer == Answer.SAID_NO:
        _open_decision(consent, by=by)
    return consent


def _said_last(says: dict[str, Any]) -> Consent | None:
    """What was recorded last of the place, where it says this: yes after a no is another yes."""
    last = Consent.objects.filter(place=says["place"]).order_by("-recorded_at", "-pk").first()
    if last is None or last.withdrawn_at:
        return None
    return last if all(getattr(last, name) == said for name, said in says.items()) else None


@asking.command
def withdraw_consent(consent: Consent, *, who: str, how: str, by: User) -> WithdrawalDecision:
    """Record that an agreement to help was taken back, and open the decision that is due today.

    `how`: whom they told, and what. Withdrawn twice, it stays as it was first. ValidationError at
    the field for what is missing.
    """
    permissions.check_can_keep_consent(consent.place, by=by)
    place = cases.commands.hold_open(consent.place, by=by)
    kept = Consent.objects.select_for_update(of=("self",), no_key=True).get(pk=consent.pk)
    if kept.withdrawn_at:
        return kept.decision
    errors = {}
    if kept.answer != Answer.AGREED:
        errors["how"] = "Only an agreement can be withdrawn: record what they say now instead."
    elif not how.strip():
        errors["how"] = "Say how you know: whom they told, and what."
    if who not in Who.values:
        errors["who"] = "Choose who took it back."
    if errors:
        raise ValidationError(errors)
    kept.place = place
    kept.withdrawn_at, kept.withdrawn_by = clock.now(), by
    kept.withdrawn_who, kept.withdrawn_how = who, how
    kept.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_who", "withdrawn_how"])
    _tell_of_consent(kept, "Agreement to help withdrawn", by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "withdraw consent",
        persons=[place.person_id],
        records={"consent": kept.pk, "place": place.pk},
        by=by,
    )
    return _open_decision(kept, by=by)


def _open_decision(consent: Consent, *, by: User) -> WithdrawalDecision:
    decision = WithdrawalDecision.objects.create(
        consent=consent, opened_at=clock.now(), due_on=clock.today()
    )
    _call_to_decide(decision, by=by)
    return decision


def _call_to_decide(decision: WithdrawalDecision, *, by: User) -> list[User]:
    """Tell the lead worker and whoever supervises, who may know of the child; the line leads only where
    they may go."""
    case = decision.consent.place.case
    was = "withdrawn" if decision.consent.withdrawn_at else "refused"
    late = "" if decision.due_on == clock.today() else ", late"
    text = f"Agreement to help was {was} in {case.reference}: decide today{late}"
    person = decision.consent.place.person
    asked = sorted(
        {case.lead_worker, *queries.supervisors(case, viewer=by)}, key=lambda each: each.pk
    )
    known = [user for user in asked if not scope.is_hidden_from(user, person.pk)]
    if not known:
        return cases.commands.tell_of(person, [], text, url="", by=by)
    for user in known:
        opens = scope.places_visible_to(user).filter(pk=decision.consent.place_id).exists()
        url = f"/withdrawals/{decision.pk}" if opens else f"/#withdrawal-{decision.pk}"
        cases.commands.tell_of(person, [user], text, url=url, by=by)
    return known


def _tell_of_consent(consent: Consent, says: str, detail: str = "", *, by: User) -> None:
    """For the full record and the agency that runs the case: what a family says stays with those."""
    cases.commands.add_event(
        consent.place.person,
        EventKind.CASE,
        says,
        detail=detail or consent.get_answer_display(),
        place=consent.place,
        audience=[consent.place.case.team.agency],
        by=by,
    )


@asking.command
def decide_on_withdrawal(
    decision: WithdrawalDecision, *, outcome: str, danger: str, basis: str = "", by: User
) -> WithdrawalDecision:
    """Decide what follows from a withdrawal, with the danger to the child weighed in words.

    To end ends the shares of the place in that second; help itself ends through the case. To go on
    takes the other basis in words. Decided twice, it stays as it was first decided. ValidationError
    at the field for what is missing.
    """
    permissions.check_can_keep_consent(decision.consent.place, by=by)
    held = WithdrawalDecision.objects.select_for_update(of=("self",), no_key=True)
    found = held.select_related("consent__place__person", "consent__place__case__team__agency")
    decided = found.get(pk=decision.pk)
    if decided.decided_at:
        return decided
    errors = {}
    if outcome not in Outcome.values:
        errors["outcome"] = "Choose what follows."
    if not danger.strip():
        errors["danger"] = "Weigh the danger to the child, in words."
    if outcome == Outcome.GO_ON and not basis.strip():
        errors["basis"] = "Say on which other basis help goes on."
    if errors:
        raise ValidationError(errors)
    decided.outcome, decided.danger = outcome, danger
    decided.basis = basis if outcome == Outcome.GO_ON else ""
    decided.decided_at, decided.decided_by = clock.now(), by
    decided.save(update_fields=["outcome", "danger", "basis", "decided_at", "decided_by"])
    _carry_out(decided, by=by)
    return decided


def _carry_out(decided: WithdrawalDecision, *, by: User) -> None:
    place = decided.consent.place
    _tell_of_consent(
        decided.consent,
        "Decided after agreement to help was withdrawn",
        f"{Outcome(decided.outcome).label}. {decided.danger} {decided.basis}".strip(),
        by=by,
    )
    if decided.outcome == Outcome.END:
        ended = Share.objects.filter(place=place)
        end_shares(ended, reason="The family withdrew their agreement to help", by=by)
    accounts.commands.settle(url=f"/withdrawals/{decided.pk}", by=by)
    audit.commands.record(
        Kind.ALTERATION,
        "decide on withdrawal",
        persons=[place.person_id],
        records={"withdrawal": decided.pk, "consent": decided.consent_id},
        reason=Outcome(decided.outcome).label,
        by=by,
    )


@asking.command
def remind_of_withdrawals(*, by: User) -> int:
    """Call again for each decision that was due on an earlier day, once a day; returns how many."""
    due = WithdrawalDecision.objects.filter(decided_at=None, due_on__lt=clock.today())
    unsaid = due.exclude(reminded_on=clock.today()).select_for_update(of=("self",), no_key=True)
    called = unsaid.select_related(
        "consent__place__case__lead_worker", "consent__place__person"
    ).order_by("pk")
    for decision in called:
        told = _call_to_decide(decision, by=by)
        decision.reminded_on = clock.today()
        decision.save(update_fields=["reminded_on"])
        audit.commands.record(
            Kind.ALTERATION,
            "remind of withdrawal",
            persons=[decision.consent.place.person_id],
            records={"withdrawal": decision.pk, "users": sorted(user.pk for user in told)},
            by=by,
        )
    return len(called)
