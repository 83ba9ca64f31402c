"""In which order children are looked at: the most pressing first."""

from risk.scoring.readings import Reading
from risk.scoring.terms import BANDS, LENSES


def priority(
    reading: Reading | None, *, flag_open: bool, person_id: int
) -> tuple[bool, int, int, float, int]:
    """A sort key, most pressing first when sorted upwards.

    An open flag, then the highest band, then the lens that it stands in, then that lens's reading,
    then the person's id. Who has no reading comes after 'nothing recorded', unless flagged.
    """
    if reading is None:
        return (not flag_open, 1, len(LENSES), 0.0, person_id)
    lens = max(LENSES, key=lambda name: BANDS.index(reading.lenses[name].band))  # first of equals
    highest = reading.lenses[lens]
    rank = -BANDS.index(highest.band)
    return (not flag_open, rank, LENSES.index(lens), -highest.reading, person_id)
