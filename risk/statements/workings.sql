-- Continues readings.sql: each reading with every fact that had been recorded by then, those that
-- count nothing too. `salt` orders the lines: the order of the ids would tell who is who.
, listed as (
    select f.person_id,
           json_agg(json_build_object(
               'indicator', i.code, 'observed_on', f.observed_on, 'severity', f.severity,
               'confidence', f.confidence, 'ended_on', f.ended_on, 'confirmed_on', f.confirmed_on,
               'voided', f.voided) order by f.observed_on, f.id) as observations
    from facts f join cases_indicator i on i.id = f.indicator_id
    group by f.person_id
)
select r.person_id, p.date_of_birth, r.harm_to_child, r.harm_by_child, r.need,
       r.harm_to_child_band, r.harm_by_child_band, r.need_band, r.breadth,
       coalesce(l.observations, '[]'::json) as observations
from readings r
join people p on p.id = r.person_id
left join listed l on l.person_id = r.person_id
order by md5(%(salt)s || r.person_id)
