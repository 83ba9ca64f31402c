"""Row-level security on shares and contributions (docs/adr/0008). Agreements hold no child."""

from django.db import migrations

from asking.lock import AGENCY, WIDE, granted, seen, tables

PLACE = seen("place_id", "cases_casechild")
RUN = granted("place_id", "place_id", beside_shares=True)

LOCKED = [
    ("partners_share", f"{WIDE} and {PLACE}", f"agency_id = {AGENCY} and {PLACE}", RUN),
    (
        "partners_contribution",
        f"{WIDE} and {PLACE}",
        f"agency_id = {AGENCY} and {PLACE}",
        f"{AGENCY} = any (named) and {granted('place_id', 'place_id', 'contributions')}",
        f"'case team' = any (audience) and {RUN}",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("partners", "0030_notices"), ("cases", "0050_second_lock")]
    operations = tables(LOCKED)
