"""The access rows of all four tables, as one: what every read of a child comes through."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Each table's rows under one another: who holds them, on whom or on which place. The child's being restricted or
# sealed stands beside, asked once a query. Whoever reads the view is under the locks of the tables beneath it.
VIEW = """
create view cases_accessrow with (security_invoker = true) as
select r.id, r.person_id, r.place_id, r.user_id, r.group_id, substr(p.codename, 5) as section,
    r.ground, r.starts_at, r.until, h.kind as hidden
from (
    select id * 4 as id, content_object_id as person_id, null::bigint as place_id, user_id,
        null::int as group_id, permission_id, ground, starts_at, until
    from cases_personuserpermission
    union all
    select id * 4 + 1, content_object_id, null, null, group_id, permission_id, ground, starts_at, until
    from cases_persongrouppermission
    union all
    select r.id * 4 + 2, c.person_id, c.id, r.user_id, null, r.permission_id, r.ground, r.starts_at, r.until
    from cases_placeuserpermission r join cases_casechild c on c.id = r.content_object_id
    union all
    select r.id * 4 + 3, c.person_id, c.id, null, r.group_id, r.permission_id, r.ground, r.starts_at, r.until
    from cases_placegrouppermission r join cases_casechild c on c.id = r.content_object_id
) r
join auth_permission p on p.id = r.permission_id
left join cases_hiddennow h on h.person_id = r.person_id;
"""


def to(model: str, *, null: bool = True) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=model,
        db_constraint=False,
        null=null,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0053_court_orders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(VIEW, "drop view cases_accessrow;"),
        migrations.CreateModel(
            name="AccessRow",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("person", to("cases.person", null=False)),
                ("place", to("cases.casechild")),
                ("user", to(settings.AUTH_USER_MODEL)),
                ("group", to("auth.group")),
                ("section", models.CharField(max_length=20)),
                ("ground", models.CharField(max_length=20)),
                ("starts_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("hidden", models.CharField(max_length=10, null=True)),
            ],
            options={"db_table": "cases_accessrow", "managed": False},
        ),
    ]
