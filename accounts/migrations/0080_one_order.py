from django.db import migrations

# As it was (0011), but readers take their locks in the order in which withdrawals take them: otherwise a reader
# and a withdrawal may each hold what the other waits for.
ASK = """
create or replace function portal_ask(asked bigint, out_of_hours boolean, moment text, hold int) returns text[]
language plpgsql as $$
declare
    reach record;
    said text[];
begin
    perform pg_advisory_lock_shared(hold, key) from (
        select key from (
            select 0 union select asked::int * 2
            union select group_id * 2 + 1 from accounts_user_groups where user_id = asked
        ) asked_for (key) order by key
    ) keys;
    select * into reach from portal_reach(asked, out_of_hours);
    said := case when reach.agency is null then array['', '', '', '', '', '{}', '']
        else array[asked::text, '', reach.agency, reach.police, reach.wide, reach.groups, moment] end;
    perform set_config('portal.viewer', said[1], false), set_config('portal.task', said[2], false),
        set_config('portal.agency', said[3], false), set_config('portal.police', said[4], false),
        set_config('portal.wide', said[5], false), set_config('portal.groups', said[6], false),
        set_config('portal.moment', said[7], false);
    return said;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_portal_ask")]
    operations = [
        # Back is nothing to do: 0011 drops it, and its order was no promise.
        migrations.RunSQL(ASK, migrations.RunSQL.noop),
    ]
