"""From a data frame to columns of numbers, checked and in an order that never depends on the rows'."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

OFTEN_ZERO = 0.2
MOST_WORDS = 50
# Relative to a column's length: less of its own than this and it is made of those before it.
OWN_PART = 1e-6


@dataclass(frozen=True)
class Table:
    """The rows given, sorted by the frame's index; n rows, p columns.

    `treated` (n,) and `outcome` (n,); `values` (n, p) with their `names`, words spread into one
    yes-or-no column for each (`spread`: their names); `group` (n,) numbers the combinations of the
    exact columns, `child` (n,) whose row it is.
    """

    treated: Flags
    outcome: Floats
    names: tuple[str, ...]
    spread: frozenset[str]
    values: Floats
    group: Whole
    child: Whole


def table(
    frame: pd.DataFrame,
    treated: str,
    outcome: str,
    covariates: Sequence[str],
    exact: Sequence[str],
    child: str | None,
) -> Table:
    """The checked table. ValueError names the column that is unknown, twice, missing or no number."""
    columns = [treated, outcome, *covariates, *exact, *([child] if child else [])]
    _check(frame, columns, treated, outcome, covariates)
    ordered = frame.sort_index(kind="stable")
    parts = [_numbers(ordered, name) for name in covariates]
    values = [column for part in parts for column in part.values()]
    rows = len(ordered)
    return Table(
        treated=ordered[treated].to_numpy(dtype=np.float64) == 1,
        outcome=ordered[outcome].to_numpy(dtype=np.float64),
        names=tuple(name for part in parts for name in part),
        spread=frozenset(name for part in parts for name in part) - set(covariates),
        values=np.column_stack(values) if values else np.empty((rows, 0)),
        group=_numbered(ordered, list(exact)) if exact else np.zeros(rows, dtype=np.int64),
        child=_numbered(ordered, [child]) if child else np.arange(rows, dtype=np.int64),
    )


def _check(
    frame: pd.DataFrame,
    columns: list[str],
    treated: str,
    outcome: str,
    covariates: Sequence[str],
) -> None:
    for name in columns:
        if name not in frame.columns:
            raise ValueError(f"there is no column {name!r}")
        if not isinstance(frame[name], pd.Series):
            raise ValueError(f"there are two columns {name!r}")
    if len(set(covariates)) < len(covariates) or {treated, outcome} & set(covariates):
        raise ValueError("covariates are named once, and are neither the outcome nor the treatment")
    if treated == outcome:
        raise ValueError("the outcome and the treatment are two columns")
    if not frame.index.is_unique:
        raise ValueError("the index must name each row once: it settles their order")
    for name in columns:
        missing = int(frame[name].isna().sum())
        if missing:
            raise ValueError(f"column {name!r} has {missing} missing values")
    for name in (treated, outcome):
        _check_number(frame, name)
    if not frame[treated].isin([0, 1]).all():
        raise ValueError(f"column {treated!r} says who was treated: 1 or 0")


def _check_number(frame: pd.DataFrame, name: str) -> None:
    if not pd.api.types.is_numeric_dtype(frame[name]):
        raise ValueError(f"column {name!r} holds no numbers")
    if not np.isfinite(frame[name].to_numpy(dtype=np.float64)).all():
        raise ValueError(f"column {name!r} has values that are not finite")


def _numbers(frame: pd.DataFrame, name: str) -> dict[str, Floats]:
    """A column by its name; a column of words as one yes-or-no column for each of them."""
    column = frame[name]
    if pd.api.types.is_numeric_dtype(column):
        _check_number(frame, name)
        return {name: column.to_numpy(dtype=np.float64)}
    if not all(isinstance(value, str) for value in column):
        raise ValueError(f"column {name!r} holds neither numbers nor words")
    words = column.to_numpy(dtype=object)
    if len(set(words)) > MOST_WORDS:
        raise ValueError(
            f"column {name!r} holds {len(set(words))} different words: too many to compare"
        )
    return {f"{name}: {word}": (words == word).astype(np.float64) for word in sorted(set(words))}


def _numbered(frame: pd.DataFrame, names: list[str]) -> Whole:
    numbers: Whole = (
        frame.groupby(names, sort=True, observed=True).ngroup().to_numpy(dtype=np.int64)
    )
    return numbers


def constant(values: Floats) -> Flags:
    """(p,): which columns of (n, p) hold one value only."""
    flags: Flags = (
        np.ptp(values, axis=0) == 0 if len(values) else np.ones(values.shape[1], dtype=bool)
    )
    return flags


def own(values: Floats) -> list[int]:
    """The columns of (n, p), from the left, that are neither constant nor made of those before."""
    kept: list[int] = []
    basis = np.empty((len(values), 0))
    for place in range(values.shape[1]):
        column = values[:, place] - values[:, place].mean()
        length = float(np.linalg.norm(column))
        if length <= 1e-12 * max(1.0, float(np.abs(values[:, place]).max(initial=0.0))):
            continue
        rest = column / length
        for _ in range(2):  # once more, for what rounding left behind
            rest = rest - basis @ (basis.T @ rest)
        size = float(np.linalg.norm(rest))
        if size > OWN_PART:
            kept.append(place)
            basis = np.column_stack([basis, rest / size])
    return kept


def standardised(values: Floats) -> Floats:
    """Mean 0 and standard deviation 1 in each column of (n, p); none may be constant."""
    scaled: Floats = (values - values.mean(axis=0)) / values.std(axis=0)
    return scaled


def curved(values: Floats) -> Floats:
    """(n, p) columns standardised, and behind them the squares of those with more than two values and
    a flag of zero for counts that are often 0; of all these what says something of its own, (n, q)."""
    plain = values[:, own(values)]
    if not plain.shape[1]:
        return plain
    scaled = standardised(plain)
    extra = []
    for place in range(plain.shape[1]):
        column = plain[:, place]
        if len(np.unique(column)) > 2:
            extra.append(scaled[:, place] ** 2)
            if column.min() == 0 and (column == 0).mean() >= OFTEN_ZERO:
                extra.append((column == 0).astype(np.float64))
    everything = np.column_stack([scaled, *extra])
    return standardised(everything[:, own(everything)])
