-- Every reading of every person as of a day: the same formula as risk/scoring.py, set-based.
-- The other statements of this folder continue this list of WITH queries.
--
--   as_of          date           the day of the reading
--   known_until    timestamptz    the end of that day in London: what was recorded later counts nothing
--   first, last    bigint         the people with these ids and those between. It stands on every table:
--                                 a range does not travel through a join
--   people         bigint[]       of them, these alone; null for all
--   model          bigint         id of the risk model
--   severity       float8[3]      factors of severity 1, 2, 3
--   suspected, reported, confirmed, indicator_cap, domain_cap, strength_share      float8
--   harm_to_child, harm_by_child, need      float8[3]: the lower limits of the bands, ascending
--
-- Who is unborn, over 25, or 18 to 25 without the agreement gets no row; who has no observation gets
-- a row of zeros. Everything is double precision: with numeric, power() takes 44 times as long.
with known as (
    select p.id, p.date_of_birth, p.facts_version, leap,
           p.date_of_birth is null
           or (p.date_of_birth <= %(as_of)s::date
               and (%(as_of)s::date < (p.date_of_birth - leap + interval '18 years')::date + leap
                    or (p.over_18_agreed
                        and %(as_of)s::date
                            < (p.date_of_birth - leap + interval '26 years')::date + leap)))
               as is_read
    from cases_person p
    cross join lateral (
        -- Born on 29 February: from the 28th, n years on, and a day: 1 March where there is no 29th.
        select (extract(month from p.date_of_birth) = 2
                and extract(day from p.date_of_birth) = 29)::int as leap
    ) as born
    where p.id between %(first)s and %(last)s
      and (%(people)s::bigint[] is null or p.id = any(%(people)s::bigint[]))
      and (p.recorded_at < %(known_until)s
           or exists (select from cases_observation o
                      where o.person_id = p.id and o.recorded_at < %(known_until)s))
),
people as (
    select id, date_of_birth, facts_version,
           (date_of_birth - leap + interval '7 years')::date + leap as turns_7,
           (date_of_birth - leap + interval '10 years')::date + leap as turns_10,
           (date_of_birth - leap + interval '13 years')::date + leap as turns_13,
           (date_of_birth - leap + interval '16 years')::date + leap as turns_16
    from known
    where is_read
),
-- What is known of them: facts_today.sql, or facts_then.sql for a past day.
facts as (
{facts}
),
-- The model's weights, with small numbers for words: what is sorted and summed below is narrow.
-- Lens 1 harm to child, 2 harm by child, 3 need; 4 the strengths.
rules as materialized (
    select m.indicator_id, m.kind = 'strength' as is_strength,
           case when m.kind = 'strength' then 4
                else array_position(array['harm_to_child', 'harm_by_child', 'need'], m.lens::text)
           end as lens,
           dense_rank() over (order by m.domain)::int as domain,
           m.weight_0_6, m.weight_7_9, m.weight_10_12, m.weight_13_15, m.weight_16_25,
           m.full_days, m.half_life_days::float8 as half_life_days, m.expires_days, m.review_days
    from risk_modelindicator m
    where m.model_id = %(model)s
),
-- Each observation's weight, and the share of it that counts. `offset 0`: each is worked out once,
-- however often it is used below.
weighed as (
    select f.person_id, m.indicator_id, m.domain,
           -- What was done before the age of 10 is a need, by the day it was observed, enduring or
           -- not. An unknown birth date gives null here: the catalogue's lens stands.
           case when m.lens = 2 and f.observed_on < p.turns_10 then 3 else m.lens end as lens,
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
                        when m.is_strength
                             and %(as_of)s::date - coalesce(f.confirmed_on, f.observed_on)
                                 > m.review_days then 0::float8
                        else 1::float8 end
               when %(as_of)s::date - f.observed_on > m.expires_days then 0::float8
               when %(as_of)s::date - f.observed_on <= m.full_days then 1::float8
               else power(2::float8,
                          (m.full_days - (%(as_of)s::date - f.observed_on))::float8
                          / m.half_life_days)
             end as share
    from people p
    join facts f on f.person_id = p.id
    join rules m on m.indicator_id = f.indicator_id
    cross join lateral (
        select case when m.full_days is null then %(as_of)s::date else f.observed_on end
    ) as day (of_age)
    where not f.voided and f.observed_on <= %(as_of)s::date
    offset 0
),
-- Sorted once, in the order of all three sums below: each then needs one pass and no memory. By the
-- points too: a sum then comes out the same to the last bit, whoever is read with this person.
counting as (
    select person_id, lens, domain, indicator_id, weight, weight * share as points
    from weighed
    where weight * share > 0
    order by person_id, lens, domain, indicator_id, points
    offset 0
),
indicators as (
    select person_id, lens, domain, indicator_id,
           least(%(indicator_cap)s::float8 * max(weight), sum(points)) as points
    from counting
    group by person_id, lens, domain, indicator_id
),
domains as (
    select person_id, lens, domain,
           case when lens = 4 then sum(points)
                else least(%(domain_cap)s::float8, sum(points)) end as points
    from indicators
    group by person_id, lens, domain
),
sums as (
    select person_id,
           sum(points) filter (where lens = 1) as harm_to_child,
           sum(points) filter (where lens = 2) as harm_by_child,
           sum(points) filter (where lens = 3) as need,
           sum(points) filter (where lens = 4) as strengths,
           -- The different domains, one bit each: count(distinct) would sort for every person.
           bit_or(1::bigint << domain) filter (where lens < 4) as domains
    from domains
    group by person_id
),
-- From the people: who has no fact any more is read as nothing, and does not keep the old reading.
totals as (
    select p.id as person_id, p.facts_version,
           coalesce(s.harm_to_child, 0) as harm_to_child,
           coalesce(s.harm_by_child, 0) as risk_harm_by_child,
           coalesce(s.need, 0) as risk_need,
           coalesce(s.strengths, 0) as strengths,
           coalesce(bit_count(s.domains::bit(64)), 0) as breadth
    from people p left join sums s on s.person_id = p.id
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
),
-- How many people, and how many of them in each band of each lens.
grouped as (
    select harm_to_child_band, harm_by_child_band, need_band, count(*) as people
    from readings
    group by harm_to_child_band, harm_by_child_band, need_band
),
counted as (
    select (select coalesce(sum(people), 0)::bigint from grouped) as people,
           (select coalesce(json_agg(json_build_array(lens, band, people)), '[]'::json)
            from (select lens, band, sum(people)::bigint as people
                  from grouped g
                  cross join lateral (values ('harm_to_child', g.harm_to_child_band),
                                             ('harm_by_child', g.harm_by_child_band),
                                             ('need', g.need_band)) as each (lens, band)
                  group by lens, band) as by_band) as bands
)
