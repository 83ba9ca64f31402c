-- The postcodes of the children whom some users looked at: (user_id, postcode_key).
--
--   users    bigint[]
with {chosen}, {lived}
select distinct c.user_id, l.postcode_key
from chosen c cross join lateral unnest(c.persons) as person
join lived l on l.person_id = person
where c.user_id = any(%(users)s::bigint[])
