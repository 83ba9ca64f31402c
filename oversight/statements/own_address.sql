-- Looks at children who live, or lived, at the user's own postcode: (user_id, number, entries, persons).
--
--   users, keys    bigint[], text[]    each user with their own postcode
with {chosen}, {lived},
homes as (select * from unnest(%(users)s::bigint[], %(keys)s::text[]) as h (user_id, postcode_key)),
seen as (
    select c.user_id, c.id, l.person_id
    from chosen c cross join lateral unnest(c.persons) as person
    join lived l on l.person_id = person
    join homes h on h.user_id = c.user_id and h.postcode_key = l.postcode_key
)
select user_id, count(distinct person_id), array_agg(distinct id), array_agg(distinct person_id)
from seen group by user_id
