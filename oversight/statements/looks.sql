-- The chosen looks of some users: (user_id, at, id, persons).
with {chosen}
select user_id, at, id, persons from chosen
where user_id = any(%(users)s::bigint[]) order by user_id, at, id
