from django.db import migrations

# Ages are counted as `cases.models.age_on` counts them: 29 February has its birthday on 1 March.
# The child's row is held while its age is asked for: a birth date that is being corrected meanwhile
# is waited for, and whoever corrects it afterwards meets the suspect.
REFUSE = """
create function age_on(born date, day date) returns int language sql stable as $$
    select (to_char(day, 'YYYYMMDD')::int - to_char(born, 'YYYYMMDD')::int) / 10000
$$;

create function refuse_suspect_below_ten(born date, met timestamptz) returns void
language plpgsql as $$
begin
    if born is null or met is null then
        raise exception 'nobody is a suspect whose age is not known' using errcode = 'check_violation';
    elsif age_on(born, (met at time zone 'Europe/London')::date) < 10 then
        raise exception 'no suspect below 10' using errcode = 'check_violation';
    end if;
end $$;

create function contact_child_below_ten() returns trigger language plpgsql as $$
declare
    born date;
    met timestamptz;
begin
    if new.role = 'suspect' then
        select date_of_birth into born from cases_person where id = new.person_id for share;
        select occurred_at into met from cases_contact where id = new.contact_id;
        perform refuse_suspect_below_ten(born, met);
    end if;
    return null;
end $$;
create trigger no_suspect_below_ten after insert or update of role, person_id, contact_id
    on cases_contactchild for each row execute function contact_child_below_ten();

create function person_below_ten() returns trigger language plpgsql as $$
begin
    perform refuse_suspect_below_ten(new.date_of_birth, c.occurred_at)
        from cases_contactchild s join cases_contact c on c.id = s.contact_id
        where s.person_id = new.id and s.role = 'suspect';
    return null;
end $$;
create trigger no_suspect_below_ten after update of date_of_birth on cases_person for each row
    when (new.date_of_birth is distinct from old.date_of_birth) execute function person_below_ten();

create function contact_below_ten() returns trigger language plpgsql as $$
begin
    perform refuse_suspect_below_ten(p.date_of_birth, new.occurred_at)
        from cases_contactchild s join cases_person p on p.id = s.person_id
        where s.contact_id = new.id and s.role = 'suspect';
    return null;
end $$;
create trigger no_suspect_below_ten after update of occurred_at on cases_contact for each row
    when (new.occurred_at is distinct from old.occurred_at) execute function contact_below_ten();
"""
ALLOW = """
drop function contact_child_below_ten() cascade;
drop function person_below_ten() cascade;
drop function contact_below_ten() cascade;
drop function refuse_suspect_below_ten(date, timestamptz);
drop function age_on(date, date);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_known")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
