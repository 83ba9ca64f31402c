-- What came of the help: children at closure, who was referred again, measures that moved.
--
--   as_of, known_until, police    as in demand.sql
-- Answers (area, what, key, number).
with closures as (
    select p.id, p.person_id, p.needs_met, k.closing_reason, k.closed_at,
           (k.closed_at at time zone 'Europe/London')::date as day
    from cases_case k
    join cases_casechild p on p.case_id = k.id
    where k.closed_at < %(known_until)s and (p.left_at is null or p.left_at >= k.closed_at)
),
-- The first score of a respondent on a scale, and the last one after it.
pairs as (
    select p.person_id, (f.score - m.score) * case when s.higher_is_better then 1 else -1 end as gain,
           s.reliable_change
    from interventions_measure m
    join interventions_enrolment e on e.id = m.enrolment_id
    join cases_casechild p on p.id = e.place_id
    join interventions_scale s on s.id = m.scale_id
    join lateral (
        select l.score, l.taken_on from interventions_measure l
        where l.enrolment_id = m.enrolment_id and l.scale_id = m.scale_id
          and l.respondent = m.respondent and l.stage = 'follow-up'
          and l.recorded_at < %(known_until)s
        order by l.taken_on desc limit 1
    ) as f on true
    where m.stage = 'baseline' and m.recorded_at < %(known_until)s
      and f.taken_on > (%(as_of)s::date - interval '1 year')::date
),
asked as (
    select person_id from closures union select person_id from pairs
),
{areas},
closed as (
    select c.*, a.area_id from closures c left join areas a on a.person_id = c.person_id
),
-- Closed in the year that ended a year ago: every one of them has had its whole twelve months.
cohort as (
    select c.*,
           exists (
               select from referrals_referral r
               join referrals_referralchild rc on rc.referral_id = r.id
               left join cases_contact m on m.id = r.contact_id
               where rc.person_id = c.person_id and r.made_at < %(known_until)s
                 and (r.made_at at time zone 'Europe/London')::date > c.day
                 and (r.made_at at time zone 'Europe/London')::date
                     <= (c.day + interval '1 year')::date
                 and (%(police)s or m.id is null or m.handling <> 'police only')
           ) as came_back
    from closed c
    where c.day <= (%(as_of)s::date - interval '1 year')::date
      and c.day > (%(as_of)s::date - interval '2 years')::date
),
moved as (
    select a.area_id,
           case when gain >= coalesce(reliable_change, 0) and gain > 0 then 'better'
                when -gain >= coalesce(reliable_change, 0) and gain < 0 then 'worse'
                else 'no clear change' end as how
    from pairs left join areas a on a.person_id = pairs.person_id
),
counted as (
    select area_id, 'closed' as what, closing_reason as key from closed
    where day > (%(as_of)s::date - interval '1 year')::date
    union all
    select area_id, 'needs met', coalesce(nullif(needs_met, ''), 'not known') from closed
    where day > (%(as_of)s::date - interval '1 year')::date
    union all
    select area_id, 'cohort', '' from cohort
    union all
    select area_id, 'came back', '' from cohort where came_back
    union all
    select area_id, 'measures', how from moved
)
select case grouping(area_id) when 1 then 0 else area_id end, what, key, count(*)
from counted group by what, key, grouping sets ((area_id), ())
having grouping(area_id) = 1 or area_id is not null
