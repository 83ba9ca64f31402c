-- The surnames of the children whom some users looked at: (user_id, surname, surname_key).
--
--   users    bigint[]
with {chosen}
select distinct c.user_id, p.surname, p.surname_key
from chosen c cross join lateral unnest(c.persons) as person
join cases_person p on p.id = person
where c.user_id = any(%(users)s::bigint[])
