"""Whether a contact is police only, for policies that must know it of contacts that whoever asks does not see."""

from django.db import migrations

FUNCTION = """
create or replace function portal_is_police_only(asked bigint) returns boolean language plpgsql stable as $$
declare
    task text := portal_look();
    found boolean := exists (select from cases_contact where id = asked and handling = 'police only');
begin
    perform portal_looked(task);
    return found;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0055_access_row")]
    # Going back it stays: policies that were changed to ask it are not changed back (asking.lock.change).
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
