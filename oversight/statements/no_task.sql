-- Looks by choice that nothing explains: within a day of it (before or after) the user neither
-- recorded or referred one of these children, nor saw one of them on a task; nor recorded or
-- referred anybody in the hour after (a search that found nobody, then a new child):
-- (user_id, number, entries, persons).
--
--   choice        text[]    the grounds that no task opened
--   follow_ups    text[]    verbs
--   at_least        int
with {chosen},
unexplained as (
    select c.user_id, c.id, c.persons from chosen c
    where c.grounds <@ %(choice)s::text[] and not exists (
        select from audit_entry d
        where d.user_id = c.user_id
          and d.at >= c.at - interval '24 hours' and d.at <= c.at + interval '24 hours'
          and (
            (d.verb = any(%(follow_ups)s::text[]) and d.kind <> 'denied'
                and (d.persons && c.persons or d.at between c.at and c.at + interval '1 hour'))
            or (d.kind = 'consultation' and d.persons && c.persons
                and d.ground not in ('', 'audit')
                and not string_to_array(d.ground, ', ') <@ %(choice)s::text[])
          )
    )
)
select user_id, count(distinct id), array_agg(distinct id),
    array_remove(array_agg(distinct person), null)
from unexplained left join lateral unnest(persons) as person on true
group by user_id having count(distinct id) >= %(at_least)s
