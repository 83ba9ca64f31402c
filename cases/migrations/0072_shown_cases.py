"""Which cases are shown is asked of a function, so that whoever reads widely pays nothing for it.

As a sub-select over the places it made PostgreSQL think each case dear, and read all of them where a few were
wanted.
"""

from django.db import migrations

from asking.lock import WIDE, change

FUNCTION = """
-- Cases with a place that is open to the viewer, or that the viewer's agency added to.
create or replace function portal_cases() returns table (case_id bigint) language plpgsql stable rows 100 as $$
declare
    task text := portal_look();
begin
    return query
    select c.case_id from portal_grants() g join cases_casechild c on c.id = g.place_id
    union
    select c.case_id from portal_grants() g join cases_casechild c on c.person_id = g.person_id
        where g.place_id is null
    union
    select c.case_id from portal_own() o join cases_casechild c on c.id = o.place_id;
    perform portal_looked(task);
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0060_private_link")]
    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        change(
            "cases_case",
            f"{WIDE} and not id = any ((select portal_hidden_cases())::bigint[])",
            "id in (select case_id from portal_cases())",
        ),
    ]
