"""Row-level security on what evaluations froze of children (docs/adr/0008). All else is counts."""

from django.db import migrations

from asking.lock import POLICE, tables

LOCKED = [("insights_frozendata", POLICE)]


class Migration(migrations.Migration):
    dependencies = [("insights", "0002_evaluations")]
    operations = tables(LOCKED)
