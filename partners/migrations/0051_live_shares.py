"""What a share says is its receiver's while it is open, and no longer: its summary and its texts with it."""

from django.db import migrations

from asking.lock import AGENCY, VIEWER, change, granted, not_hidden, widely

# As the access rows say: a suspension, the agreement's end and a moment to come close it too.
OPEN = (
    "(select portal_moment()) < until and ended_at is null and "
    "starts_at <= (select portal_moment()) + interval '2 seconds' and "
    "(place_id in (select g.place_id from portal_grants() g where g.ground = 'share') or place_id is null "
    "and person_id in (select g.person_id from portal_grants() g where g.ground = 'share' and g.place_id is null))"
)


class Migration(migrations.Migration):
    dependencies = [("partners", "0050_second_lock")]
    operations = [
        change(
            "partners_share",
            widely(),
            f"agency_id = {AGENCY} and {not_hidden()} and {OPEN}",
            granted("person_id", "person_id", beside_shares=True),
            f"decided_by_id = {VIEWER} and {not_hidden()}",
        )
    ]
