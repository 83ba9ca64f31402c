"""Invented children whose true effect of help is known, since it was put there."""

import numpy as np
import pandas as pd

from insights.evaluation import matched_comparison

COVARIATES = ["age", "girl", "contacts", "points", "area"]


def cohort(seed, *, rows=800, helped=90, ratio=1.0, choice=1.0):
    """Children likelier to be helped the more contacts and points they have, and so to come again.

    Help multiplies the rate at which they come again by `ratio`; `choice` is how strongly the worse
    off are chosen. Gives the frame and the effect on each child's expected number (rows,).
    """
    chance = np.random.default_rng(seed)
    age = chance.integers(8, 18, rows)
    girl = chance.integers(0, 2, rows)
    contacts = chance.poisson(np.exp(chance.normal(0, 0.8, rows)))
    points = chance.gamma(2, 1.2, rows) + 0.3 * contacts
    need = 0.5 * np.log1p(contacts) + 0.25 * points + 0.1 * (age - 13) - 0.2 * girl
    order = choice * (need - need.mean()) + chance.logistic(size=rows)
    treated = order >= np.sort(order)[-helped]
    rate = np.exp(-1.3 + 0.45 * np.log1p(contacts) + 0.12 * points + 0.05 * (age - 13))
    again = chance.poisson(np.where(treated, ratio, 1) * rate)
    frame = pd.DataFrame(
        {
            "age": age,
            "girl": girl,
            "contacts": contacts,
            "points": points,
            "area": chance.choice(["north", "south", "west"], rows),
            "helped": treated.astype(int),
            "again": again,
        },
        index=[f"P{row:05}" for row in range(rows)],
    )
    return frame, (ratio - 1) * rate


def compared(frame, **options):
    given_options = {"covariates": COVARIATES, "treated": "helped", "outcome": "again"}
    return matched_comparison(frame, **(given_options | options))


def codes(found):
    return {each.code for each in found.warnings}
