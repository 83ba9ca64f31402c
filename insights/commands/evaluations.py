"""Lock a plan before any outcome is read; decide on a report."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from insights import permissions
from insights.models import COVARIATES, Decision, Evaluation, Report, ReportState
from interventions.models import Service


@transaction.atomic
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

    The first plan of a service stands for itself; each later one says that it was tried later and
    names the first, whatever has changed.
    """
    permissions.check_can_plan_evaluation(by=by)
    # Plans of one service take turns: two at once must not both be the first.
    Service.objects.select_for_update().get(pk=service.pk)
    sent = Evaluation.objects.filter(key=key).first()
    if sent is not None:
        return sent
    evaluation = Evaluation.objects.create(
        service=service,
        question=question,
        outcome=outcome,
        window=window,
        covariates=list(COVARIATES),
        exclusions=sorted(exclusions),
        monthly=monthly,
        first=Evaluation.objects.filter(service=service, first=None).first(),
        key=key,
        locked_at=clock.now(),
        locked_by=by,
    )
    records = {"evaluation": evaluation.pk, "service": service.pk}
    audit.commands.record(Kind.ALTERATION, "plan evaluation", records=records, by=by)
    return evaluation


@transaction.atomic
def decide(report: Report, *, course: str, why: str, key: UUID, by: User) -> Decision:
    """Decide on a report that is done. Sent twice with one `key`, it is one decision."""
    permissions.check_can_decide(by=by)
    found = Report.objects.select_for_update().get(pk=report.pk)
    sent = Decision.objects.filter(key=key, report=found).first()
    if sent is not None:
        return sent
    if found.state != ReportState.DONE:
        raise ValidationError("The report is not written yet. Decide when it is.")
    decision = Decision.objects.create(
        report=found, course=course, why=why, key=key, decided_at=clock.now(), decided_by=by
    )
    records = {"report": found.pk, "decision": decision.pk}
    audit.commands.record(Kind.ALTERATION, "decide on evaluation", records=records, by=by)
    return decision
