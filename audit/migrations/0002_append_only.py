from django.db import migrations

REFUSE = """
create function audit_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entry_row before update or delete on audit_entry
    for each row execute function audit_refuse();
create trigger audit_entry_all before truncate on audit_entry
    for each statement execute function audit_refuse();
revoke update, delete, truncate on audit_entry from portal_app;
"""
ALLOW = "drop function audit_refuse() cascade;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
