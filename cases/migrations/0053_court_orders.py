"""Court orders stand in a table of their own, which the lock keeps from whom a child is merely shared with;
and what was safe to tell once is for whoever keeps it alone."""

import django.db.models.deletion
from django.db import migrations, models

from asking.lock import AGENCY, change, granted, lock, widely

MOVE = """
insert into cases_courtorders (of_id, text) select id, court_orders from cases_safetotell where court_orders <> '';
"""
BACK = """
update cases_safetotell s set court_orders = o.text from cases_courtorders o where o.of_id = s.id;
"""
HELPED = granted("seen.person_id", "person_id", beside_shares=True)
KEPT = f"select from cases_safetotell seen where seen.id = of_id and ({widely('seen.person_id')} or {HELPED})"


class Migration(migrations.Migration):
    dependencies = [("cases", "0052_hidden_now")]
    operations = [
        migrations.CreateModel(
            name="CourtOrders",
            fields=[
                (
                    "of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="orders",
                        serialize=False,
                        to="cases.safetotell",
                    ),
                ),
                ("text", models.TextField()),
            ],
            options={"verbose_name_plural": "court orders"},
        ),
        migrations.RunSQL(MOVE, BACK),
        migrations.RemoveField(model_name="safetotell", name="court_orders"),
        lock("cases_courtorders", f"exists ({KEPT})"),
        change(
            "cases_safetotell",
            widely(),
            f"replaced_at is null and not {AGENCY} = any (agencies_not_told) "
            f"and {granted('person_id', 'person_id')}",
            granted("person_id", "person_id", beside_shares=True),
        ),
    ]
