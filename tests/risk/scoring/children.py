"""A child of fourteen, the days behind it, and its readings in short."""

from datetime import date, timedelta

import pytest

import cases.catalogue
from risk.model_default import default_model
from risk.scoring import LENSES, Observed, Subject, read

TODAY = date(2026, 11, 20)
MODEL = default_model(cases.catalogue.load())
FOURTEEN = Subject(date(2012, 5, 1))
STRENGTHS = [code for code, rule in MODEL.indicators.items() if rule.kind == "strength"]
RISKS = [code for code, rule in MODEL.indicators.items() if rule.kind == "risk"]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def reading(*observations: Observed, subject: Subject = FOURTEEN, day: date = TODAY):
    return read(subject, observations, MODEL, day)


def figures(found) -> dict[str, float]:
    return {lens: found.lenses[lens].reading for lens in LENSES}


def points(parts) -> dict[str, float]:
    return {part.indicator: pytest.approx(part.points) for part in parts}
