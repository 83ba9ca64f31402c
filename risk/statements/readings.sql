-- Every reading of every person as of a day: the same formula as risk/scoring.py, set-based.
-- The other statements of this folder continue this list of WITH queries.
--
--   as_of          date           the day of the reading
--   known_until    timestamptz    the end of that day in London: what was recorded later counts nothing
--   people         bigint[]       these people alone; null for everybody
--   model          bigint         id of the risk model
--   severity       float8[3]      factors of severity 1, 2, 3
--   suspected, reported, confirmed, indicator_cap, domain_cap, strength_share      float8
--   harm_to_child, harm_by_child, need      float8[3]: the lower limits of the bands, ascending
--
-- Who is unborn, over 25, or 18 to 25 without the agreement gets no row; who has no observation gets
-- a row of zeros. Everything is double precision: with numeric, power() takes 44 times as long.
with known as (
    select p.id, p.date_of_birth, p.over_18_agreed, p.facts_version,
           -- Born on 29 February: from the 28th, n years on, and a day: 1 March where there is no 29th.
           (extract(month from p.date_of_birth) = 2
            and extract(day from p.date_of_birth) = 29)::int as leap
    from cases_person p
    where (%(people)s::bigint[] is null or p.id = any(%(people)s::bigint[]))
      and (p.recorded_at < %(known_until)s
           or exists (select from cases_observation o
                      where o.person_id = p.id and o.recorded_at < %(known_until)s))
),
people as (
    select k.id, k.date_of_birth, k.facts_version,
           (k.date_of_birth - leap + interval '7 years')::date + leap as turns_7,
           (k.date_of_birth - leap + interval '10 years')::date + leap as turns_10,
           (k.date_of_birth - leap + interval '13 years')::date + leap as turns_13,
           (k.date_of_birth - leap + interval '16 years')::date + leap as turns_16
    from known k
    where k.date_of_birth is null
       or (k.date_of_birth <= %(as_of)s::date
           and (%(as_of)s::date < (k.date_of_birth - leap + interval '18 years')::date + leap
                or (k.over_18_agreed
                    and %(as_of)s::date
                        < (k.date_of_birth - leap + interval '26 years')::date + leap)))
),
-- The latest state of each observation that was ever changed.
states as (
    select distinct on (s.observation_id) s.*
    from cases_observationstate s join cases_observation o on o.id = s.observation_id
    where s.recorded_at < %(known_until)s
      and (%(people)s::bigint[] is null or o.person_id = any(%(people)s::bigint[]))
    order by s.observation_id, s.recorded_at desc, s.id desc
),
-- What had been recorded by the end of the day, as it stood then. One without states never changed.
facts as (
    select o.id, o.person_id, o.indicator_id, o.observed_on,
           case when s.id is null then o.severity else s.severity end as severity,
           case when s.id is null then o.confidence else s.confidence end as confidence,
           case when s.id is null then o.ended_on else s.ended_on end as ended_on,
           case when s.id is null then o.confirmed_on else s.confirmed_on end as confirmed_on,
           case when s.id is null then coalesce(o.voided_at < %(known_until)s, false)
                else s.voided end as voided
    from cases_observation o left join states s on s.observation_id = o.id
    where o.recorded_at < %(known_until)s
      and (%(people)s::bigint[] is null or o.person_id = any(%(people)s::bigint[]))
),
-- Each observation's weight, and the share of it that counts.
weighed as (
    select f.person_id, m.indicator_id, m.kind, m.domain,
           -- What was done before the age of 10 is a need, by the day it was observed, enduring or
           -- not. An unknown birth date gives null here: the catalogue's lens stands.
           case when m.lens = 'harm_by_child' and f.observed_on < p.turns_10 then 'need'
                else m.lens end as lens,
           case
               when p.date_of_birth is null then m.weight_13_15
               when day.of_age < p.date_of_birth then 0::float8
               when day.of_age < p.turns_7 then m.weight_0_6
               when day.of_age < p.turns_10 then m.weight_7_9
               when day.of_age < p.turns_13 then m.weight_10_12
               when day.of_age < p.turns_16 then m.weight_13_15
               else m.weight_16_25
           end as weight,
           (%(severity)s::float8[])[f.severity]
           * case f.confidence when 'suspected' then %(suspected)s::float8
                               when 'reported' then %(reported)s::float8
                               when 'confirmed' then %(confirmed)s::float8 end
           * case
               when m.full_days is null then  -- enduring
                   case when f.ended_on <= %(as_of)s::date then 0::float8
                        when m.kind = 'strength'
                             and %(as_of)s::date - coalesce(f.confirmed_on, f.observed_on)
                                 > m.review_days then 0::float8
                        else 1::float8 end
               when %(as_of)s::date - f.observed_on > m.expires_days then 0::float8
               when %(as_of)s::date - f.observed_on <= m.full_days then 1::float8
               else power(2::float8,
                          -((%(as_of)s::date - f.observed_on - m.full_days)::float8
                            / m.half_life_days::float8))
             end as share
    from people p
    join facts f on f.person_id = p.id
    join risk_modelindicator m on m.indicator_id = f.indicator_id and m.model_id = %(model)s
    cross join lateral (
        select case when m.full_days is null then %(as_of)s::date else f.observed_on end
    ) as day (of_age)
    where not f.voided and f.observed_on <= %(as_of)s::date
),
indicators as (
    select person_id, indicator_id, kind, lens, domain,
           least(%(indicator_cap)s::float8 * max(weight), sum(weight * share)) as points
    from weighed
    where weight * share > 0
    group by person_id, indicator_id, kind, lens, domain
),
domains as (
    select person_id, kind, lens, domain,
           case kind when 'risk' then least(%(domain_cap)s::float8, sum(points))
                     else sum(points) end as points
    from indicators
    group by person_id, kind, lens, domain
),
totals as (
    select p.id as person_id, p.facts_version,
           coalesce(sum(d.points) filter (where d.lens = 'harm_to_child'), 0) as harm_to_child,
           coalesce(sum(d.points) filter (where d.lens = 'harm_by_child'), 0) as risk_harm_by_child,
           coalesce(sum(d.points) filter (where d.lens = 'need'), 0) as risk_need,
           coalesce(sum(d.points) filter (where d.kind = 'strength'), 0) as strengths,
           count(distinct d.domain) filter (where d.kind = 'risk') as breadth
    from people p left join domains d on d.person_id = p.id
    group by p.id, p.facts_version
),
figures as (
    select person_id, facts_version, strengths, breadth, harm_to_child,
           risk_harm_by_child - least(strengths, %(strength_share)s::float8 * risk_harm_by_child)
               as harm_by_child,
           risk_need - least(strengths, %(strength_share)s::float8 * risk_need) as need
    from totals
),
limits as (
    select array['nothing recorded', 'early conversation', 'coordinated help', 'consult the hub']
               as band,
           %(harm_to_child)s::float8[] as to_child,
           %(harm_by_child)s::float8[] as by_child,
           %(need)s::float8[] as needs
),
readings as (
    select f.*,
           band[1 + (harm_to_child > to_child[1])::int + (harm_to_child >= to_child[2])::int
                  + (harm_to_child >= to_child[3])::int] as harm_to_child_band,
           band[1 + (harm_by_child > by_child[1])::int + (harm_by_child >= by_child[2])::int
                  + (harm_by_child >= by_child[3])::int] as harm_by_child_band,
           band[1 + (need > needs[1])::int + (need >= needs[2])::int
                  + (need >= needs[3])::int] as need_band
    from figures f cross join limits
)
,
-- How many people, and how many of them in each band of each lens.
counted as (
    select (select count(*) from readings) as people,
           (select coalesce(json_agg(json_build_array(lens, band, people)), '[]'::json)
            from (select lens, band, count(*) as people
                  from readings r
                  cross join lateral (values ('harm_to_child', r.harm_to_child_band),
                                             ('harm_by_child', r.harm_by_child_band),
                                             ('need', r.need_band)) as each (lens, band)
                  group by lens, band) as by_band) as bands
)
