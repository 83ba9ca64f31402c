"""Referrals with a child of whom whoever asks may not know: their words are kept back (docs/adr/0009)."""

from django.db import migrations

FUNCTION = """
create function portal_referrals_beside_hidden() returns bigint[] language plpgsql stable cost 1 as $$
declare
    hidden bigint[] := portal_hidden();
    task text := portal_look();
    found bigint[] := array(select referral_id from referrals_referralchild where person_id = any (hidden));
begin
    perform portal_looked(task);
    return found;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0040_retention"), ("cases", "0150_beside_hidden")]
    operations = [migrations.RunSQL(FUNCTION, "drop function portal_referrals_beside_hidden();")]
