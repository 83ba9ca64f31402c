"""From frozen rows to figures: the matched comparison, and the same without what comes of looking."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from insights.cohort.freezing import COLUMNS, Frozen
from insights.evaluation import matched_comparison
from insights.models import Evaluation

INSIGHTS = Path(__file__).parent.parent
# What a figure depends on, of our own code.
CODE = ("cohort/*.py", "evaluation/*.py", "statements/cohort*.sql", "findings/*.py")
STEPS_OF_FIGURES = ("Finding similar children", "Checking the result")
# Inside a quarter: in a month there may be nobody similar, and a quarter keeps the seasons alike.
EXACT = ("quarter",)

Step = Callable[[str], None]


def figures(evaluation: Evaluation, frozen: Frozen, step: Step) -> dict[str, Any]:
    """Plain values for the report: {estimate, unlooked, flow}. `step` hears what is under way.

    `unlooked` is the same comparison with contacts that come of somebody looking left out, or None
    where the outcome has no such count.
    """
    step(STEPS_OF_FIGURES[0])
    frame = pd.DataFrame(list(frozen.rows), columns=list(COLUMNS)).set_index("row")
    estimate = _compared(evaluation, frame, "outcome")
    step(STEPS_OF_FIGURES[1])
    has_unlooked = len(frame) > 0 and frame["unlooked"].notna().all()
    return {
        "estimate": estimate,
        "unlooked": _compared(evaluation, frame, "unlooked") if has_unlooked else None,
        "flow": frozen.flow,
    }


@cache
def code_version() -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the code that makes the figures."""
    found = hashlib.sha256()
    for pattern in CODE:
        for path in sorted(INSIGHTS.glob(pattern)):
            found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def _compared(evaluation: Evaluation, frame: pd.DataFrame, outcome: str) -> dict[str, Any]:
    if frame.empty:
        return {"n_treated": 0, "n_treated_kept": 0, "withheld_for": ["no_treated"]}
    found = matched_comparison(
        frame,
        treated="helped",
        outcome=outcome,
        covariates=[name for name in evaluation.covariates if name in frame],
        exact=EXACT,
        caliper=evaluation.caliper,
        ratio=evaluation.ratio,
        child="child",
    )
    # Lists where the result has tuples, as the database gives them back.
    kept: dict[str, Any] = json.loads(json.dumps(asdict(found)))
    return kept | {"withheld_for": list(found.withheld_for)}
