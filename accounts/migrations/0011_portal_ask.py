from django.db import migrations

# A viewer asks (asking.viewer): holds what their sight hangs on, and says who they are and what they reach, in one
# word. The locks first: what is reached is read when no withdrawal is under way. Each statement looks anew.
ASK = """
create function portal_ask(asked bigint, out_of_hours boolean, moment text, hold int) returns text[]
language plpgsql as $$
declare
    reach record;
    said text[];
begin
    perform pg_advisory_lock_shared(hold, key) from (
        select 0 union select asked::int * 2
        union select group_id * 2 + 1 from accounts_user_groups where user_id = asked
    ) keys (key);
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
    dependencies = [("accounts", "0010_teams")]
    operations = [
        migrations.RunSQL(
            ASK,
            "drop function portal_ask(bigint, boolean, text, int);",
        )
    ]
