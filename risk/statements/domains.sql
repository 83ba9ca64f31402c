-- Continues readings.sql: each person's risk points by domain, over all three lenses, their strengths
-- and their breadth.
, named as (
    select distinct dense_rank() over (order by domain)::int as domain, domain as name
    from risk_modelindicator where model_id = %(model)s
),
by_domain as (
    select person_id, json_object_agg(name, points) as points
    from (select person_id, domain, sum(points) as points
          from domains where lens < 4 group by person_id, domain) as summed
    join named using (domain)
    group by person_id
)
select t.person_id, coalesce(d.points, '{}'::json), t.strengths, t.breadth
from totals t left join by_domain d on d.person_id = t.person_id
