-- How children move from a contact to help, and in how many working days, by the month in which a
-- step was reached and over the last year. A child counts once for each referral and place in a case.
--
--   since, as_of, known_until, police    as in demand.sql
--   working    date[]    working days from well before `since` to as_of
-- Days are counted from one London day to the other: 0 on the same day, or over a weekend to it.
-- Answers (area, what, key, number): what is '<step>', '<step> median', '<step> ninetieth'; key is
-- the first day of a month, or 'year'.
with calendar as (
    select d::date as day, count(w.day) over (order by d) as number
    from generate_series(%(calendar_from)s::date, %(as_of)s::date, interval '1 day') d
    left join unnest(%(working)s::date[]) as w (day) on w.day = d::date
),
made as (
    select r.id, r.case_id, rc.person_id, r.made_at,
           case when r.state = 'accepted' and r.decided_at < %(known_until)s then r.decided_at
           end as accepted_at,
           c.occurred_at as met_at
    from referrals_referral r
    join referrals_referralchild rc on rc.referral_id = r.id
    left join cases_contact c on c.id = r.contact_id
    where r.made_at < %(known_until)s
      and (%(police)s or c.id is null or c.handling <> 'police only')
),
first_help as (
    select e.place_id, min(s.held_at) as helped_at
    from interventions_session s join interventions_enrolment e on e.id = s.enrolment_id
    where s.attendance in ('attended', 'late') and s.recorded_at < %(known_until)s
      and s.held_at < %(known_until)s
    group by e.place_id
),
helped as (
    select p.id, p.case_id, p.person_id, p.joined_at, f.helped_at
    from first_help f join cases_casechild p on p.id = f.place_id
),
steps as (
    select 'referred' as step, person_id, met_at as began, made_at as reached from made
    union all
    select 'accepted', person_id, made_at, accepted_at from made where accepted_at is not null
    union all
    select 'helped', person_id, joined_at, helped_at from helped
    union all
    select 'whole way', h.person_id, m.met_at, h.helped_at
    from helped h join made m on m.case_id = h.case_id and m.person_id = h.person_id
    where m.met_at is not null
),
dated as (
    select step, person_id, (began at time zone 'Europe/London')::date as began,
           (reached at time zone 'Europe/London')::date as reached
    from steps where reached >= %(since)s::timestamp at time zone 'Europe/London'
),
asked as (
    select person_id from dated where %(police)s
),
{areas},
timed as (
    select d.step, a.area_id, d.reached,
           -- Unknown where the step began with no contact, or longer ago than the calendar reaches.
           case when b.number is not null then greatest(r.number - b.number, 0) end as days
    from dated d
    left join areas a on a.person_id = d.person_id
    left join calendar b on b.day = d.began
    left join calendar r on r.day = d.reached
),
keyed as (
    select step, area_id, days, date_trunc('month', reached)::date::text as key from timed
    union all
    select step, area_id, days, 'year' from timed
    where reached > (%(as_of)s::date - interval '1 year')::date
),
counted as (
    select area_id, grouping(area_id) as whole, step, key, count(*) as number,
           count(days) as with_days,
           percentile_cont(0.5) within group (order by days) as median,
           percentile_cont(0.9) within group (order by days) as ninetieth
    from keyed group by step, key, grouping sets ((area_id), ())
)
select case whole when 1 then 0 else area_id end, each.what, key, each.number
from counted
cross join lateral (values (step, number::float8), (step || ' timed', with_days::float8),
                           (step || ' median', median), (step || ' ninetieth', ninetieth)
                   ) as each (what, number)
where (whole = 1 or area_id is not null) and each.number is not null
