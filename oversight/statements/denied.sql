-- Attempts that were refused to one who was signed in: (user_id, number, entries, persons).
--
--   starts, ends    timestamptz    the London day
--   at_least        int
select e.user_id, count(*), array_agg(e.id order by e.id),
    (select coalesce(array_agg(distinct person), '{{}}') from audit_entry d, unnest(d.persons) as person
        where d.id = any(array_agg(e.id)))
from audit_entry e join accounts_user u on u.id = e.user_id
where e.at >= %(starts)s and e.at < %(ends)s and e.kind = 'denied'
group by e.user_id having count(*) >= %(at_least)s
