-- Looks by choice of which every child belongs elsewhere: their contacts and cases are all in areas
-- where none of the user's teams of that moment works. Who has a team of the whole force, or none,
-- has no own area; a child without any area belongs nowhere: (user_id, number, entries, persons).
--
--   choice      text[]    the grounds that no task opened
--   at_least    int
with {chosen},
local as (
    select c.id, c.user_id, c.persons, array_agg(t.area_id) as own
    from chosen c
    join accounts_membership m on m.user_id = c.user_id and m.starts_at <= c.at
        and (m.until is null or m.until > c.at)
    join accounts_team t on t.id = m.team_id
    where c.grounds <@ %(choice)s::text[]
    group by c.id, c.user_id, c.persons
    having bool_and(t.area_id is not null)
),
asked as (select distinct unnest(persons) as person_id from local),
areas as (
    select cc.person_id, c.area_id
    from cases_contactchild cc join cases_contact c on c.id = cc.contact_id
    where cc.person_id in (select person_id from asked) and c.area_id is not null
    union
    select p.person_id, t.area_id
    from cases_casechild p join cases_case k on k.id = p.case_id join accounts_team t on t.id = k.team_id
    where p.person_id in (select person_id from asked) and t.area_id is not null
),
placed as (
    select l.id, l.user_id, person_id, bool_or(a.area_id = any(l.own)) as is_own
    from local l cross join lateral unnest(l.persons) as person_id
    left join areas a using (person_id)
    group by l.id, l.user_id, person_id
),
elsewhere as (
    select id, user_id, array_agg(person_id) as persons
    from placed group by id, user_id having bool_and(is_own is not null and not is_own)
)
select user_id, count(distinct id), array_agg(distinct id), array_agg(distinct person)
from elsewhere cross join lateral unnest(persons) as person
group by user_id having count(distinct id) >= %(at_least)s
