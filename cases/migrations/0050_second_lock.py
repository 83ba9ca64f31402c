"""Row-level security on every table of cases (docs/adr/0008)."""

from django.db import migrations

from asking.lock import (
    AGENCY,
    GROUPS,
    POLICE,
    VIEWER,
    WIDE,
    crosses,
    granted,
    not_hidden,
    seen,
    tables,
    widely,
)

# They look with a task's eyes, since what they look into is locked by policies that ask them, and hand back what
# was said before. Where they fail, so does the transaction, and with it what they said.
FUNCTIONS = """
create function portal_moment() returns timestamptz language sql stable as $$
    select coalesce(nullif(current_setting('portal.moment', true), '')::timestamptz, statement_timestamp())
$$;

create function portal_look() returns text language plpgsql as $$
declare
    task text := coalesce(current_setting('portal.task', true), '');
begin
    perform set_config('portal.task', 'lock', true);
    return task;
end $$;

create function portal_looked(task text) returns void language plpgsql as $$
begin
    perform set_config('portal.task', task, true);
end $$;

-- Who is restricted or sealed: ids alone, for the portal's own rule.
create function portal_restricted() returns table (person_id bigint, kind varchar)
language plpgsql stable rows 20 as $$
declare
    task text := portal_look();
begin
    return query select r.person_id, r.kind from cases_restriction r where r.until is null;
    perform portal_looked(task);
end $$;
create view cases_hiddennow as select * from portal_restricted();

-- Children of whom whoever asks may not know: the named list may, and for a while who broke the glass.
create function portal_hidden() returns bigint[] language plpgsql stable as $$
declare
    viewer bigint := nullif(current_setting('portal.viewer', true), '');
    moment timestamptz := portal_moment();
    task text := portal_look();
    found bigint[] := array(
        select r.person_id from cases_restriction r where r.until is null and not exists (
            select from cases_personuserpermission p
            where p.content_object_id = r.person_id and p.user_id = viewer
                and p.starts_at <= moment + interval '2 seconds' and (p.until is null or p.until > moment)
                and (p.ground = 'named' or (p.ground = 'break-glass' and r.kind = 'restricted'))
        )
    );
begin
    perform portal_looked(task);
    return found;
end $$;

-- The viewer's live access rows. A server's clock may be a little before the database's.
create function portal_grants() returns table (person_id bigint, place_id bigint, section text, ground text)
language plpgsql stable as $$
declare
    viewer bigint := nullif(current_setting('portal.viewer', true), '');
    groups int[] := coalesce(current_setting('portal.groups', true), '{}');
    moment timestamptz := portal_moment();
    soon timestamptz := moment + interval '2 seconds';
    hidden bigint[] := portal_hidden();
    task text := portal_look();
begin
    return query
    select of.person, of.place, substr(p.codename, 5)::text, of.ground::text from (
        select r.content_object_id person, null::bigint place, r.permission_id, r.ground
            from cases_personuserpermission r
            where r.user_id = viewer and r.starts_at <= soon and (r.until is null or r.until > moment)
        union all
        select r.content_object_id, null, r.permission_id, r.ground from cases_persongrouppermission r
            where r.group_id = any (groups) and r.starts_at <= soon and (r.until is null or r.until > moment)
        union all
        select c.person_id, c.id, r.permission_id, r.ground
            from cases_placeuserpermission r join cases_casechild c on c.id = r.content_object_id
            where r.user_id = viewer and r.starts_at <= soon and (r.until is null or r.until > moment)
        union all
        select c.person_id, c.id, r.permission_id, r.ground
            from cases_placegrouppermission r join cases_casechild c on c.id = r.content_object_id
            where r.group_id = any (groups) and r.starts_at <= soon and (r.until is null or r.until > moment)
    ) of join auth_permission p on p.id = of.permission_id
    where not of.person = any (hidden);
    perform portal_looked(task);
end $$;

-- Children of whom the viewer's agency told, the places that it added to, and whom the viewer decided to share: their own
-- words say who it is. What the floors above keep is named here, since the policies are ours.
create function portal_own() returns table (person_id bigint, place_id bigint) language plpgsql stable as $$
declare
    viewer bigint := nullif(current_setting('portal.viewer', true), '');
    agency bigint := nullif(current_setting('portal.agency', true), '');
    hidden bigint[] := portal_hidden();
    task text := portal_look();
begin
    return query
    select of.person, of.place from (
        select k.person_id person, null::bigint place from cases_contactchild k
            join cases_contact c on c.id = k.contact_id where c.agency_id = agency
        union
        select k.person_id, null from referrals_referralchild k
            join referrals_referral r on r.id = k.referral_id where r.agency_id = agency
        union
        select c.person_id, c.id from partners_contribution b
            join cases_casechild c on c.id = b.place_id where b.agency_id = agency
        union
        select s.person_id, s.place_id from partners_share s
            where s.decided_by_id = viewer and s.ended_at is null and s.until > portal_moment()
    ) of where not of.person = any (hidden);
    perform portal_looked(task);
end $$;

create function portal_hidden_contacts() returns bigint[] language plpgsql stable as $$
declare
    hidden bigint[] := portal_hidden();
    task text := portal_look();
    found bigint[] := array(select contact_id from cases_contactchild where person_id = any (hidden));
begin
    perform portal_looked(task);
    return found;
end $$;

-- Cases in which every child is hidden.
create function portal_hidden_cases() returns bigint[] language plpgsql stable as $$
declare
    hidden bigint[] := portal_hidden();
    task text := portal_look();
    found bigint[] := array(
        select case_id from cases_casechild where person_id = any (hidden)
        except select other.case_id from cases_casechild mine
            join cases_casechild other on other.case_id = mine.case_id
            where mine.person_id = any (hidden) and not other.person_id = any (hidden)
    );
begin
    perform portal_looked(task);
    return found;
end $$;
"""
UNDO = """
drop function portal_hidden_cases(); drop function portal_hidden_contacts(); drop function portal_own();
drop function portal_grants();
drop function portal_hidden(); drop view cases_hiddennow; drop function portal_restricted();
drop function portal_looked(text); drop function portal_look();
drop function portal_moment();
"""

OWN_CONTACT = f"agency_id = {AGENCY}"
SHOWN = "not id = any ((select portal_hidden_contacts())::bigint[])"
PLACE = seen("place_id", "cases_casechild")
OF_PLACE = granted("place_id", "place_id", beside_shares=True)
NAMED = "person_id in (select person_id from portal_grants() where ground = 'named')"
OWN_ROW = f"user_id = {VIEWER}"
GROUP_ROW = f"group_id = any {GROUPS}"

LOCKED = [
    (
        "cases_person",
        widely("id"),
        f"agency_id = {AGENCY} and {not_hidden('id')}",
        granted("id", "person_id"),
        "id in (select person_id from portal_own())",
    ),
    ("cases_likelymatch", f"{widely()} and {not_hidden('other_id')}"),
    (
        "cases_contact",
        f"{WIDE} and (handling <> 'police only' or {POLICE}) and {SHOWN}",
        f"{OWN_CONTACT} and {SHOWN}",
    ),
    ("cases_contactchild", f"{not_hidden()} and {seen('contact_id', 'cases_contact')}"),
    ("cases_contacttext", seen("contact_id", "cases_contact")),
    ("cases_contactdraft", f"author_id = {VIEWER}"),
    (
        "cases_observation",
        f"{widely()} and {crosses()}",
        f"agency_id = {AGENCY} and {not_hidden()}",
        f"not police_only and {granted('person_id', 'person_id', 'watch')}",
    ),
    ("cases_observationstate", seen("observation_id", "cases_observation")),
    ("cases_prompt", f"{widely()} and {POLICE}"),
    (
        "cases_flag",
        f"{widely()} and {crosses()}",
        f"not police_only and {not_hidden()} and ({seen('observation_id', 'cases_observation')} "
        f"or {seen('contact_id', 'cases_contact')})",
    ),
    (
        "cases_dutycall",
        f"user_id = {VIEWER}",
        seen("flag_id", "cases_flag"),
        seen("prompt_id", "cases_prompt"),
    ),
    (
        "cases_chronologyevent",
        f"{widely()} and {crosses()}",
        f"not police_only and (audience = '{{}}' or {AGENCY} = any (audience)) and {granted('person_id', 'person_id')}",
    ),
    (
        "cases_case",
        f"{WIDE} and not id = any ((select portal_hidden_cases())::bigint[])",
        "id in (select c.case_id from cases_casechild c where c.id in (select g.place_id from portal_grants() g) "
        "or c.person_id in (select g.person_id from portal_grants() g where g.place_id is null) "
        "or c.id in (select o.place_id from portal_own() o))",
    ),
    (
        "cases_casechild",
        widely(),
        granted("id", "place_id"),
        "person_id in (select g.person_id from portal_grants() g where g.place_id is null)",
        "id in (select place_id from portal_own())",
    ),
    ("cases_review", seen("case_id", "cases_case")),
    ("cases_reviewedplace", PLACE),
    ("cases_teamplace", f"{WIDE} and {PLACE}", f"user_id = {VIEWER} and {PLACE}", OF_PLACE),
    ("cases_action", f"{WIDE} and {PLACE}", granted("place_id", "place_id", "plan")),
    ("cases_caution", widely()),
    ("cases_statutorystatus", widely(), granted("person_id", "person_id", beside_shares=True)),
    (
        "cases_safetotell",
        widely(),
        f"{granted('person_id', 'person_id')} and not {AGENCY} = any (agencies_not_told)",
        granted("person_id", "person_id", beside_shares=True),
    ),
    ("cases_opening", f"{POLICE} and {not_hidden()}", f"by_id = {VIEWER} and {not_hidden()}"),
    ("cases_legalhold", POLICE),
    ("cases_restriction", POLICE, NAMED),
    ("cases_namedplace", seen("restriction_id", "cases_restriction")),
    ("cases_privatehit", seen("restriction_id", "cases_restriction")),
    ("cases_keptsearch", f"by_id = {VIEWER}"),
    ("cases_breakglass", POLICE, f"by_id = {VIEWER}"),
    ("cases_personuserpermission", WIDE, OWN_ROW),
    ("cases_persongrouppermission", WIDE, GROUP_ROW),
    ("cases_placeuserpermission", WIDE, OWN_ROW),
    ("cases_placegrouppermission", WIDE, GROUP_ROW),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0040_passed_calls"), ("accounts", "0004_portal_reach")]
    operations = [migrations.RunSQL(FUNCTIONS, UNDO), *tables(LOCKED)]
