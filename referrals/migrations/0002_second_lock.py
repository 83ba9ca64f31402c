"""Row-level security on referrals (docs/adr/0008)."""

from django.db import migrations

from asking.lock import AGENCY, WIDE, not_hidden, seen, tables

# Referrals of which every child is hidden from whoever asks: one of several goes on for the others.
FUNCTIONS = """
create function portal_hidden_referrals() returns bigint[] language plpgsql stable as $$
declare
    hidden bigint[] := portal_hidden();
    task text := portal_look();
    found bigint[] := array(
        select referral_id from referrals_referralchild where person_id = any (hidden)
        except select referral_id from referrals_referralchild where not person_id = any (hidden)
            and referral_id in (select referral_id from referrals_referralchild where person_id = any (hidden))
    );
begin
    perform portal_looked(task);
    return found;
end $$;
"""
SHOWN = "not id = any ((select portal_hidden_referrals())::bigint[])"

LOCKED = [
    ("referrals_referral", f"{WIDE} and {SHOWN}", f"agency_id = {AGENCY} and {SHOWN}"),
    ("referrals_referralchild", f"{not_hidden()} and {seen('referral_id', 'referrals_referral')}"),
]


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial"), ("cases", "0050_second_lock")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "drop function portal_hidden_referrals();"),
        *tables(LOCKED),
    ]
