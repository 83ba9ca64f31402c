"""Publish a risk model: no model goes live that fails a vignette."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import connection

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases.catalogue import Catalogue
from cases.models import Indicator
from risk import gate, permissions, scoring
from risk.commands.runs import ask_for_run
from risk.model_default import default_model
from risk.models import WEIGHT_COLUMNS, Model, ModelIndicator, Reading

# One model is published at a time, or two would take the same number.
PUBLISHING = 20261101


@asking.command
def publish_model(model: scoring.Model, *, title: str, reason: str, by: User) -> Model:
    """Make a model the live one, and have everybody who has a reading read by it.

    ValidationError, with what is wrong: a vignette that it fails, an indicator that the catalogue
    does not have, limits that do not rise, or a number that is not above all published ones.
    """
    permissions.check_can_publish(by=by)
    _one_at_a_time()
    codes = _check(model)
    published = Model.objects.create(
        number=model.number,
        title=title,
        reason=reason,
        bands={lens: list(limits) for lens, limits in model.bands.items()},
        factors=_factors(model),
        published_at=clock.now(),
        published_by=by,
    )
    ModelIndicator.objects.bulk_create(
        _row(published, codes[code], rule) for code, rule in model.indicators.items()
    )
    audit.commands.record(
        Kind.ALTERATION,
        "publish risk model",
        records={"model": published.pk, "number": published.number},
        reason=reason,
        by=by,
    )
    if Reading.objects.exists():
        ask_for_run(as_of=clock.today(), by=by)
    return published


@asking.command
def publish_default(catalogue: Catalogue, *, by: User) -> Model | None:
    """Publish the catalogue's own model where none is live, or the live default weighs otherwise.

    None when nothing was to do. A model that somebody else published is never replaced.
    """
    permissions.check_can_publish(by=by)
    _one_at_a_time()
    live = Model.objects.first()
    if live is not None and live.published_by_id != by.pk:
        return None
    model = default_model(catalogue, number=live.number + 1 if live else 1)
    if live is not None and replace(model, number=live.number) == live.rules():
        return None
    return publish_model(
        model,
        title="Default model",
        reason=f"The weights of the catalogue, version {catalogue.meta.version}",
        by=by,
    )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [PUBLISHING])


def _check(model: scoring.Model) -> dict[str, int]:
    """{code: id} of its indicators; ValidationError for a model that may not go live."""
    wrong = []
    last = Model.objects.first()
    if last is not None and model.number <= last.number:
        wrong.append(f"The number must be above {last.number}, the last model's.")
    for lens, limits in model.bands.items():
        if not 0 <= limits[0] <= limits[1] <= limits[2]:
            wrong.append(f"The limits of {lens} must rise: {limits}.")
    known = Indicator.objects.filter(code__in=model.indicators)
    codes = dict(known.values_list("code", "pk"))
    wrong += [f"{c} is not in the catalogue." for c in model.indicators if c not in codes]
    wrong += gate.failures(model, gate.load())
    if wrong:
        raise ValidationError(wrong)
    return codes


def _factors(model: scoring.Model) -> dict[str, object]:
    return {
        "severity": {str(level): factor for level, factor in model.severity.items()},
        "confidence": dict(model.confidence),
        "indicator_cap": model.indicator_cap,
        "domain_cap": model.domain_cap,
        "strength_share": model.strength_share,
    }


def _row(published: Model, indicator_id: int, rule: scoring.IndicatorRule) -> ModelIndicator:
    weights = {column: rule.weight(band) for band, column in WEIGHT_COLUMNS.items()}
    return ModelIndicator(
        model=published,
        indicator_id=indicator_id,
        kind=rule.kind,
        lens=rule.lens or "",
        domain=rule.domain,
        full_days=rule.full_days,
        half_life_days=rule.half_life_days,
        expires_days=rule.expires_days,
        review_days=rule.review_days,
        **weights,
    )
