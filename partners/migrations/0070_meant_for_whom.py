"""What tells of a contact that is police only by now is the lead agency's alone, whatever it was before; and a
contribution is for whom its author meant, in the lead agency and the hub too."""

from django.db import migrations

from asking.lock import (
    AGENCY,
    GROUPS,
    HUB,
    POLICE,
    VIEWER,
    WIDE,
    change,
    crosses_of,
    granted,
    not_hidden,
    seen,
    widely,
)

PLACE = seen("place_id", "cases_casechild")
EVENT = seen("event_id", "cases_chronologyevent")

# As in 0051.
OPEN = (
    "(select portal_moment()) < until and ended_at is null and "
    "starts_at <= (select portal_moment()) + interval '2 seconds' and "
    "(place_id in (select g.place_id from portal_grants() g where g.ground = 'share') or place_id is null "
    "and person_id in (select g.person_id from portal_grants() g where g.ground = 'share' and g.place_id is null))"
)

# The section is open: to a partner by a live row, to lead agency and hub as every place is.
TOLD = f"({WIDE} and {PLACE} or {granted('place_id', 'place_id', 'contributions')})"
# The team around the child, and the team that runs the case.
SITS = f"""exists (
    select from cases_teamplace s where s.place_id = partners_contribution.place_id and s.user_id = {VIEWER} and s.until is null
)"""
RUNS = f"""exists (
    select from cases_casechild p join cases_case c on c.id = p.case_id join accounts_team t on t.id = c.team_id
    where p.id = partners_contribution.place_id and t.group_id = any {GROUPS}
)"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0051_live_shares"), ("cases", "0070_police_only_contacts")]
    operations = [
        change(
            "partners_share",
            f"{crosses_of()} and {widely()}",
            f"{crosses_of()} and agency_id = {AGENCY} and {not_hidden()} and {OPEN}",
            f"{crosses_of()} and {granted('person_id', 'person_id', beside_shares=True)}",
            f"{crosses_of()} and decided_by_id = {VIEWER} and {not_hidden()}",
        ),
        # A line that became police only takes what was written of it for a share of the place with it.
        change(
            "partners_partnertext",
            f"share_id is not null and (event_id is null or {EVENT}) and {seen('share_id', 'partners_share')}",
            f"share_id is null and ({EVENT} or {seen('contact_id', 'cases_contact')})",
        ),
        change(
            "partners_notice",
            f"{crosses_of()} and {widely()}",
            f"{crosses_of()} and agency_id = {AGENCY} and recalled_at is null and {not_hidden()}",
        ),
        change(
            "partners_contribution",
            f"agency_id = {AGENCY} and {PLACE}",
            f"{AGENCY} = any (named) and {TOLD}",
            f"'case team' = any (audience) and {TOLD} and ({SITS} or {RUNS})",
            f"{POLICE} and 'lead agency' = any (audience) and {PLACE}",
            f"{HUB} and 'hub' = any (audience) and {PLACE}",
        ),
    ]
