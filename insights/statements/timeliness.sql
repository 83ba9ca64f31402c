-- What was done in time, of what fell in the thirteen weeks to a day.
--
--   as_of, known_until, police    as in demand.sql
--   moment, weeks_from    timestamptz    now or the end of a past day; start of the first of the 91 days
-- Answers (area, what, key, number): without a row it is 0.
with decisions as (
    select r.id, r.decided_at <= r.due_at as in_time, rc.person_id
    from referrals_referral r
    join referrals_referralchild rc on rc.referral_id = r.id
    left join cases_contact c on c.id = r.contact_id
    where r.decided_at >= %(weeks_from)s and r.decided_at < %(known_until)s
      and (%(police)s or c.id is null or c.handling <> 'police only')
),
asked as (
    select person_id from decisions
),
{areas},
decided as (
    select d.*, a.area_id from decisions d left join areas a on a.person_id = d.person_id
),
flagged as (
    select f.id, f.area_id,
           case when f.answered_at < %(known_until)s then f.answered_at - f.raised_at end as took
    from cases_flag f
    where f.raised_at >= %(weeks_from)s and f.raised_at < %(known_until)s
      and (%(police)s or not f.police_only)
      -- The same danger raised on a restricted child's record too: a second one would tell who counts them.
      and f.taken_from_id is null
),
captured as (
    select c.id, c.area_id,
           -- By the end of the day after the one on which it was saved, in London.
           ((c.recorded_at at time zone 'Europe/London')::date + 2)::timestamp
               at time zone 'Europe/London' as due_at,
           case when c.completed_at < %(known_until)s then c.completed_at end as completed_at
    from cases_contact c
    where c.recorded_at >= %(weeks_from)s and c.recorded_at < %(known_until)s
      -- What came in complete, as an import does, was never a capture.
      and c.completed_at is distinct from c.received_at
      and (%(police)s or c.handling <> 'police only')
),
all_work as (
    select area_id, 'decided' as what, id from decided
    union all select area_id, 'decided in time', id from decided where in_time
    union all select area_id, 'flags', id from flagged
    union all select area_id, 'flags in 15 minutes', id from flagged where took <= interval '15 minutes'
    union all select area_id, 'flags in 1 hour', id from flagged where took <= interval '1 hour'
    union all select area_id, 'flags in 4 hours', id from flagged where took <= interval '4 hours'
    -- Only captures whose time was up by the end of the day: the others may still be in time.
    union all select area_id, 'captures', id from captured where due_at <= %(moment)s
    union all select area_id, 'captures in time', id from captured
              where due_at <= %(moment)s and completed_at < due_at
)
select case grouping(area_id) when 1 then 0 else area_id end, what, '', count(distinct id)
from all_work group by what, grouping sets ((area_id), ())
having grouping(area_id) = 1 or area_id is not null
