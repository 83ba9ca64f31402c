"""Does a matched comparison say what is true, and say when it cannot?"""

import numpy as np
import pandas as pd

from insights.evaluation import matched_comparison


def test_the_same_children_on_both_sides_show_no_effect():
    chance = np.random.default_rng(5)
    half = pd.DataFrame({"age": chance.integers(8, 18, 100), "again": chance.poisson(1, 100)})
    frame = pd.concat([half.assign(helped=1), half.assign(helped=0)], ignore_index=True)
    found = matched_comparison(frame, treated="helped", outcome="again", covariates=["age"])
    assert found.n_treated_kept == 100
    assert abs(found.balanced_effect) < 1e-6
