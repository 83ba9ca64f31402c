"""Row-level security on answers that are kept for a second try (docs/adr/0008): each is its client's."""

from django.db import migrations

from asking.lock import VIEWER, tables

LOCKED = [
    (
        "rest_idempotentrequest",
        f"client_id in (select id from rest_client where user_id = {VIEWER})",
    )
]


class Migration(migrations.Migration):
    dependencies = [("rest", "0002_told")]
    operations = tables(LOCKED)
