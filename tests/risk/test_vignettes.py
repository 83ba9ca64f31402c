"""The gate: the default model reads twenty short cases within the limits set for each."""

from pathlib import Path

import pytest
import yaml

import cases.catalogue
import risk
from risk.model_default import default_model
from risk.scoring import BANDS, Observed, Subject, read
from tests import factories

PATH = Path(risk.__file__).parent / "data" / "vignettes.yaml"
VIGNETTES = yaml.safe_load(PATH.read_text(encoding="utf-8"))["vignettes"]
CATALOGUE = cases.catalogue.load()
MODEL = default_model(CATALOGUE)


def test_all_twenty_are_there():
    assert [v["id"] for v in VIGNETTES] == [f"V{n:02}" for n in range(1, 21)]


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: v["id"])
def test_each_lens_reads_at_least_and_at_most(vignette):
    seen = [Observed(**o) for o in vignette["observations"]]
    found = read(Subject(vignette["date_of_birth"]), seen, MODEL, vignette["as_of"])
    for lens, (least, most) in vignette["expect"].items():
        band = found.lenses[lens].band
        assert BANDS.index(least) <= BANDS.index(band) <= BANDS.index(most), (lens, band)


@pytest.mark.django_db
@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: v["id"])
def test_a_flag_stands_or_does_not(vignette):
    triggers = [
        factories.indicator(o["indicator"]).trigger_at(o.get("severity", 2))
        for o in vignette["observations"]
    ]
    assert ("immediate" in triggers) is vignette["flag"]
