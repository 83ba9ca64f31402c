"""Row-level security on what help children have (docs/adr/0008). The catalogue and the services hold no child."""

from django.db import migrations

from asking.lock import WIDE, granted, seen, tables

ENROLMENT = seen("enrolment_id", "interventions_enrolment")

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
    operations = tables(LOCKED)
