"""Row-level security on what help children have (docs/adr/0008). The catalogue and the services hold no child."""

from django.db import migrations

from asking.lock import WIDE, granted, seen, tables

ENROLMENT = seen("enrolment_id", "interventions_enrolment")

# How many places of a service are taken now: the number alone, for whoever asks.
TAKEN = """
create function portal_taken(service bigint) returns int language plpgsql stable as $$
declare
    task text := portal_look();
    taken int := (select count(*) from interventions_enrolment where service_id = service and ended_on is null);
begin
    perform portal_looked(task);
    return taken;
end $$;
"""

LOCKED = [
    (
        "interventions_enrolment",
        f"{WIDE} and {seen('place_id', 'cases_casechild')}",
        granted("place_id", "place_id", "interventions"),
    ),
    ("interventions_session", ENROLMENT),
    ("interventions_measure", ENROLMENT),
    ("interventions_feedback", ENROLMENT),
]


class Migration(migrations.Migration):
    dependencies = [("interventions", "0001_help"), ("cases", "0050_second_lock")]
    operations = [migrations.RunSQL(TAKEN, "drop function portal_taken(bigint);"), *tables(LOCKED)]
