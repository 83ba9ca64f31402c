"""Row-level security on shares and contributions (docs/adr/0008). Agreements hold no child."""

from django.db import migrations

from asking.lock import AGENCY, VIEWER, WIDE, granted, not_hidden, seen, tables, widely

PLACE = seen("place_id", "cases_casechild")
RUN = granted("place_id", "place_id", beside_shares=True)

LOCKED = [
    (
        "partners_share",
        widely(),
        f"agency_id = {AGENCY} and {not_hidden()}",
        granted("person_id", "person_id", beside_shares=True),
        f"decided_by_id = {VIEWER} and {not_hidden()}",
    ),
    # Of one share: whoever sees the share. Of all: whoever sees the line, or the lead agency and hub.
    (
        "partners_partnertext",
        f"share_id is not null and {seen('share_id', 'partners_share')}",
        f"share_id is null and ({seen('event_id', 'cases_chronologyevent')} "
        f"or {seen('contact_id', 'cases_contact')})",
    ),
    (
        "partners_contribution",
        f"{WIDE} and {PLACE}",
        f"agency_id = {AGENCY} and {PLACE}",
        f"{AGENCY} = any (named) and {granted('place_id', 'place_id', 'contributions')}",
        f"'case team' = any (audience) and {RUN}",
    ),
    ("partners_passedon", seen("contribution_id", "partners_contribution")),
    ("partners_consent", f"{WIDE} and {PLACE}", RUN),
    ("partners_withdrawaldecision", seen("consent_id", "partners_consent")),
    # Never to the agency that is not told.
    ("partners_decisionnottoshare", widely(), RUN),
    ("partners_notsharingreview", seen("decision_id", "partners_decisionnottoshare")),
    (
        "partners_informationrequest",
        f"{WIDE} and {PLACE}",
        f"{AGENCY} in (from_agency_id, to_agency_id) and {PLACE}",
    ),
    (
        "partners_notice",
        widely(),
        f"agency_id = {AGENCY} and recalled_at is null and {not_hidden()}",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("partners", "0030_notices"), ("cases", "0050_second_lock")]
    operations = tables(LOCKED)
