-- Looks at children who have the user's own surname: (user_id, number, entries, persons).
--
--   users, keys    bigint[], text[]    each user with a surname that is their own family's
with {chosen},
named as (select * from unnest(%(users)s::bigint[], %(keys)s::text[]) as n (user_id, surname_key)),
seen as (
    select c.user_id, c.id, c.at, p.id as person_id
    from chosen c cross join lateral unnest(c.persons) as person
    join cases_person p on p.id = person
    join named n on n.user_id = c.user_id and n.surname_key = p.surname_key
)
select user_id, count(distinct person_id), array_agg(distinct id), array_agg(distinct person_id)
from seen group by user_id
