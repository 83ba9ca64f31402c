-- Who is compared in an evaluation, and what was known of each before their index date.
-- cohort_known.sql, cohort_outcomes.sql, cohort_prior.sql and cohort_flow.sql continue this list of WITH queries.
--
--   service        bigint         the service
--   months         int            whole months that must have passed since the start
--   as_of          date           what was recorded by the end of this day counts
--   known_until    timestamptz    that end, in London
--   youngest, oldest    int       completed years at the index date, inclusive
--   other_help     boolean        leave out who had started another service before
--   estimated      boolean        leave out whose birth date is estimated
--   per_helped, at_least    int   how many comparisons are drawn in a month: per helped child, at least
--   salt           text           decides which: the order of the ids would tell who is who
--
-- Helped: a child's first start of the service, whatever its end; the index date is its first day.
-- Compared: in each month with a start, children who had not started it by the end of a whole window.
-- Their index date is the day in the middle of that month's starts.
with starts as (
    select distinct on (place.person_id) place.person_id, e.starts_on as index_on
    from interventions_enrolment e join cases_casechild place on place.id = e.place_id
    where e.service_id = %(service)s and e.enrolled_at < %(known_until)s
      and e.starts_on <= %(as_of)s::date
    order by place.person_id, e.starts_on, e.id
),
whole as (
    select person_id, index_on, date_trunc('month', index_on)::date as month
    from starts
    where index_on + make_interval(months => %(months)s) <= %(as_of)s::date
),
index_months as (
    select month, percentile_disc(0.5) within group (order by index_on) as index_on,
           count(*) as helped
    from whole
    group by month
),
-- From when on a child was known: the first contact that had happened and been recorded.
known_since as (
    select c.person_id, min(greatest(k.occurred_at, k.recorded_at)) as known_at
    from cases_contactchild c join cases_contact k on k.id = c.contact_id
    where k.recorded_at < %(known_until)s
    group by c.person_id
),
candidates as (
    select w.person_id, w.index_on, w.month, 1 as helped, known.known_at
    from whole w left join known_since known on known.person_id = w.person_id
    union all
    select known.person_id, m.index_on, m.month, 0, known.known_at
    from index_months m cross join known_since known
    left join starts s on s.person_id = known.person_id
    where s.person_id is null
       or s.index_on > (m.index_on + make_interval(months => %(months)s))::date
),
judged as (
    select c.person_id, c.index_on, c.month, c.helped, p.sex,
           date_part('year', age(c.index_on, p.date_of_birth))::int as age,
           coalesce(c.known_at < (c.index_on::timestamp at time zone 'Europe/London'), false)
               as was_known,
           (%(estimated)s and p.birth_date_estimated)
           or (%(other_help)s and exists (
                   select from cases_casechild place
                   join interventions_enrolment e on e.place_id = place.id
                   where place.person_id = c.person_id and e.service_id <> %(service)s
                     and e.starts_on < c.index_on and e.enrolled_at < %(known_until)s))
               as excluded
    from candidates c join cases_person p on p.id = c.person_id
),
eligible as (
    select * from judged
    where was_known and not excluded and age between %(youngest)s and %(oldest)s
),
drawn as (
    select e.person_id, e.index_on, e.month, e.helped, e.sex, e.age,
           row_number() over (
               partition by e.helped, e.month
               order by md5(%(salt)s || e.person_id::text || e.month::text), e.person_id) as place,
           m.helped as helped_in_month
    from eligible e join index_months m using (month)
),
chosen as (
    select person_id, index_on, month, helped, sex, age,
           (index_on::timestamp at time zone 'Europe/London') as begins,
           ((index_on - interval '1 year')::timestamp at time zone 'Europe/London') as year_before,
           ((index_on + 1)::timestamp at time zone 'Europe/London') as follows,
           ((index_on + make_interval(months => %(months)s) + interval '1 day')
                at time zone 'Europe/London') as ends
    from drawn
    where helped = 1 or place <= greatest(%(per_helped)s * helped_in_month, %(at_least)s)
),
-- Every contact of theirs, before and after. Each of the chosen has one at least: they were known.
met as (
    select h.person_id, h.index_on, h.month, h.helped, h.age, h.sex,
           h.begins, h.year_before, h.follows, h.ends,
           k.occurred_at, k.recorded_at, k.id as contact_id, c.role, k.contact_type,
           k.area_id,
           k.occurred_at < h.begins and k.recorded_at < h.begins as before,
           k.contact_type = any(%(looked_for)s) as looked_for
    from chosen h
    join cases_contactchild c on c.person_id = h.person_id
    join cases_contact k on k.id = c.contact_id
    where k.recorded_at < %(known_until)s
)
