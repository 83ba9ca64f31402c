from django.db import migrations

# What a user reaches, as the policies of row-level security ask for it (asking.viewer). Nobody active: nothing.
REACH = """
create function portal_reach(asked bigint, out agency text, out police text, out wide text, out groups text)
language sql stable as $$
    select u.agency_id::text,
        case when a.is_lead then 'yes' else '' end,
        case when a.is_lead or exists (
            select from accounts_membership m join accounts_team t on t.id = m.team_id
            where m.user_id = u.id and m.until is null and t.is_hub
        ) then 'yes' else '' end,
        (select coalesce(array_agg(g.group_id), '{}')::text from accounts_user_groups g where g.user_id = u.id)
    from accounts_user u join accounts_agency a on a.id = u.agency_id
    where u.id = asked and u.is_active
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_api_client")]
    operations = [migrations.RunSQL(REACH, "drop function portal_reach(bigint);")]
