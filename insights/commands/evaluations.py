"""Lock a plan before any outcome is read; decide on a report."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from insights import permissions
from insights.models import COVARIATES, Decision, Evaluation, Report, ReportState
from interventions.models import Service


@asking.command
def plan_evaluation(
    service: Service,
    *,
    question: str,
    outcome: str,
    window: int,
    exclusions: Iterable[str] = (),
    monthly: bool = False,
    key: UUID,
    by: User,
) -> Evaluation:
    """Make a plan and lock it. Sent twice with one `key`, it is one plan.

    ValidationError where the same key was sent with something else: that is neither this plan nor
    a second try of it.

    The first plan of a service stands for itself; each later one says that it was tried later and
    names the first, whatever has changed.
    """
    permissions.check_can_plan_evaluation(by=by)
    _await_turn(key)
    # Plans of one service take turns: two at once must not both be the first.
    Service.objects.select_for_update().get(pk=service.pk)
    says: dict[str, Any] = {
        "service": service,
        "question": question,
        "outcome": outcome,
        "window": window,
        "exclusions": sorted(exclusions),
        "monthly": monthly,
        "locked_by": by,
    }
    if sent := Evaluation.objects.filter(key=key).first():
        _check_same(sent, says)
        return sent
    evaluation = Evaluation.objects.create(
        **says,
        covariates=list(COVARIATES),
        first=Evaluation.objects.filter(service=service, first=None).first(),
        key=key,
        locked_at=clock.now(),
    )
    records = {"evaluation": evaluation.pk, "service": service.pk}
    audit.commands.record(Kind.ALTERATION, "plan evaluation", records=records, by=by)
    return evaluation


@asking.command
def decide(report: Report, *, course: str, why: str, key: UUID, by: User) -> Decision:
    """Decide on a report that is done. Sent twice with one `key`, it is one decision.

    ValidationError before it is done, and where the same key was sent with something else.
    """
    permissions.check_can_decide(by=by)
    _await_turn(key)
    found = Report.objects.select_for_update().get(pk=report.pk)
    says: dict[str, Any] = {"report": found, "course": course, "why": why, "decided_by": by}
    if sent := Decision.objects.filter(key=key).first():
        _check_same(sent, says)
        return sent
    if found.state != ReportState.DONE:
        raise ValidationError("The report is not written yet. Decide when it is.")
    decision = Decision.objects.create(**says, key=key, decided_at=clock.now())
    records = {"report": found.pk, "decision": decision.pk}
    audit.commands.record(Kind.ALTERATION, "decide on evaluation", records=records, by=by)
    return decision


def _await_turn(key: UUID) -> None:
    """Two sends under one key at once: the second waits here until the first has ended."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sent {key}"])


def _check_same(sent: Evaluation | Decision, says: dict[str, Any]) -> None:
    """Whether what was sent before says the same. Otherwise what is typed now would be lost."""
    if any(getattr(sent, name) != said for name, said in says.items()):
        raise ValidationError(
            "This page was sent before and said something else. Open it again and send it from there."
        )
