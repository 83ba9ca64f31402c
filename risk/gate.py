"""The gate: short cases with the least and the most that each lens may read. Pure.

Every published model passes all of them; forces add their own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from risk.scoring import BANDS, LENSES, Model, Observed, Subject, read

DEFAULT_PATH = Path(__file__).parent / "data" / "vignettes.yaml"


@dataclass(frozen=True)
class Vignette:
    """A short case. `expect` is {lens: (least band, most band)}; lenses not named may read anything.

    `flag`: an observation of it raises a safeguarding flag. That is the catalogue's, not a model's.
    """

    id: str
    says: str
    date_of_birth: date | None
    as_of: date
    observations: tuple[Observed, ...]
    expect: Mapping[str, tuple[str, str]]
    flag: bool


def load(path: Path = DEFAULT_PATH) -> tuple[Vignette, ...]:
    """The vignettes of a file. KeyError or TypeError for one that is not written as they are."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["vignettes"]
    return tuple(_vignette(row) for row in rows)


def failures(model: Model, vignettes: Iterable[Vignette]) -> list[str]:
    """What the model reads too low or too high, one sentence a vignette and lens. Empty: it passes."""
    return [said for vignette in vignettes for said in _fails(model, vignette)]


def _vignette(row: dict) -> Vignette:
    observations = tuple(Observed(**observed) for observed in row["observations"])
    expect = {lens: (least, most) for lens, (least, most) in row["expect"].items()}
    return Vignette(**row | {"observations": observations, "expect": expect})


def _fails(model: Model, vignette: Vignette) -> Iterator[str]:
    found = read(Subject(vignette.date_of_birth), vignette.observations, model, vignette.as_of)
    for lens in LENSES:
        if lens not in vignette.expect:
            continue
        least, most = vignette.expect[lens]
        band = found.lenses[lens].band if found else None
        if band is None or not BANDS.index(least) <= BANDS.index(band) <= BANDS.index(most):
            wanted = least if least == most else f"{least} to {most}"
            yield f"{vignette.id} ({vignette.says}): {lens} reads {band}, not {wanted}"
