-- What is in hand and what is late at a moment. A child's work belongs to the child's area, a flag
-- and a capture to where they arose.
--
--   as_of, known_until, police    as in demand.sql
--   moment    timestamptz    now, or the end of a past day
-- Answers (area, what, key, number): without a row it is 0.
with cases as (
    select k.id, k.opened_at, p.person_id
    from cases_case k
    join cases_casechild p on p.case_id = k.id
    where k.opened_at < %(known_until)s
      and (k.closed_at is null or k.closed_at >= %(known_until)s)
      and p.joined_at < %(known_until)s and (p.left_at is null or p.left_at >= %(known_until)s)
),
reviewed as (
    select distinct on (r.case_id) r.case_id, r.next_on
    from cases_review r where r.recorded_at < %(known_until)s
    order by r.case_id, r.held_on desc
),
referrals as (
    select r.id, r.due_at, rc.person_id
    from referrals_referral r
    join referrals_referralchild rc on rc.referral_id = r.id
    left join cases_contact c on c.id = r.contact_id
    where r.made_at < %(known_until)s
      and (r.decided_at is null or r.decided_at >= %(known_until)s)
      and (%(police)s or c.id is null or c.handling <> 'police only')
),
actions as (
    select t.id, p.person_id
    from cases_action t
    join cases_casechild p on p.id = t.place_id
    where t.set_at < %(known_until)s and (t.done_at is null or t.done_at >= %(known_until)s)
      and t.due_on < %(as_of)s::date
),
asked as (
    select person_id from cases union select person_id from referrals union select person_id from actions
),
{areas},
open_cases as (
    select c.*, a.area_id from cases c left join areas a on a.person_id = c.person_id
),
waiting as (
    select r.*, a.area_id from referrals r left join areas a on a.person_id = r.person_id
),
late_actions as (
    select t.*, a.area_id from actions t left join areas a on a.person_id = t.person_id
),
all_work as (
    select area_id, 'cases open' as what, id from open_cases
    union all
    select o.area_id, 'reviews late', o.id
    from open_cases o left join reviewed r on r.case_id = o.id
    where coalesce(r.next_on, (o.opened_at at time zone 'Europe/London')::date + 42)
          < %(as_of)s::date
    union all
    select area_id, 'referrals waiting', id from waiting
    union all
    select area_id, 'referrals late', id from waiting where due_at < %(moment)s
    union all
    select area_id, 'actions late', id from late_actions
    union all
    select f.area_id, 'flags unanswered', f.id from cases_flag f
    where f.raised_at < %(known_until)s
      and (f.answered_at is null or f.answered_at >= %(known_until)s)
      and (%(police)s or not f.police_only)
      -- The same danger raised on a restricted child's record too: a second one would tell who counts them.
      and f.taken_from_id is null
    union all
    select c.area_id, 'captures late', c.id from cases_contact c
    where (c.completed_at is null or c.completed_at >= %(known_until)s)
      -- By the end of the day after the one on which it was saved, in London.
      and ((c.recorded_at at time zone 'Europe/London')::date + 2)::timestamp
              at time zone 'Europe/London' <= %(moment)s
      and (%(police)s or c.handling <> 'police only')
)
select case grouping(area_id) when 1 then 0 else area_id end, what, '', count(distinct id)
from all_work group by what, grouping sets ((area_id), ())
having grouping(area_id) = 1 or area_id is not null
