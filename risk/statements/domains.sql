-- Continues readings.sql: each person's risk points by domain, over all three lenses, their strengths
-- and their breadth.
, by_domain as (
    select person_id, json_object_agg(domain, points) as points
    from (select person_id, domain, sum(points) as points
          from domains where kind = 'risk' group by person_id, domain) as summed
    group by person_id
)
select t.person_id, coalesce(d.points, '{}'::json), t.strengths, t.breadth
from totals t left join by_domain d on d.person_id = t.person_id
