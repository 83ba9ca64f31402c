"""Row-level security on readings (docs/adr/0008): never to a partner. Models, runs and chunks hold no child."""

from django.db import migrations

from asking.lock import tables, widely

LOCKED = [("risk_reading", widely()), ("risk_readinghistory", widely())]


class Migration(migrations.Migration):
    dependencies = [("risk", "0002_chunks"), ("cases", "0050_second_lock")]
    operations = tables(LOCKED)
