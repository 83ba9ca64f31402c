"""What tells of several children in one text is shown to nobody from whom one of them is hidden (docs/adr/0009);
and a line of the chronology is its section's, in the database too."""

from django.db import migrations

from asking.lock import (
    AGENCY,
    WIDE,
    change,
    crosses,
    granted,
    tells_of_no_hidden,
    whole_words,
    widely,
)

FUNCTION = """
-- Places in cases with a child of whom whoever asks may not know: that child's, and the others'.
create or replace function portal_places_beside_hidden() returns bigint[] language plpgsql stable cost 1 as $$
declare
    hidden bigint[] := portal_hidden();
    task text := portal_look();
    found bigint[] := array(
        select other.id from cases_casechild mine join cases_casechild other on other.case_id = mine.case_id
        where mine.person_id = any (hidden)
    );
begin
    perform portal_looked(task);
    return found;
end $$;
"""

FULL = granted("person_id", "person_id", "full")
# What help a child has is a section of its own, open place by place.
SECTION = (
    f"(kind <> 'help' and {granted('person_id', 'person_id', 'chronology')} "
    f"or kind = 'help' and ({granted('place_id', 'place_id', 'interventions')} or {FULL}))"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0120_flag_counted_once")]
    operations = [
        # Stays, going back: policies that are not brought back ask it.
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        change(
            "cases_chronologyevent",
            f"{widely()} and {crosses()} and {tells_of_no_hidden()}",
            f"not police_only and (audience = '{{}}' or {AGENCY} = any (audience)) and {SECTION} "
            f"and {tells_of_no_hidden()}",
        ),
        change(
            "cases_eventdetail",
            "exists (select from cases_chronologyevent seen where seen.id = event_id "
            f"and ({WIDE} or seen.agency_id = {AGENCY} or {granted('seen.person_id', 'person_id', 'full')}) "
            f"and {whole_words('seen')})",
        ),
    ]
