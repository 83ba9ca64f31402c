"""Whether a contact is police only, for policies that must know it of contacts that whoever asks does not see."""

from django.db import migrations

FUNCTION = """
create function portal_is_police_only(asked bigint) returns boolean language plpgsql stable as $$
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
    operations = [migrations.RunSQL(FUNCTION, "drop function portal_is_police_only(bigint);")]
