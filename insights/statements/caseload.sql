-- Open cases by team and lead worker, of one area's children or, with area 0, of everybody's.
--
--   as_of, known_until    as in demand.sql        area    bigint
with cases as (
    select k.id, k.team_id, k.lead_worker_id, p.person_id
    from cases_case k
    join cases_casechild p on p.case_id = k.id
    where k.opened_at < %(known_until)s
      and (k.closed_at is null or k.closed_at >= %(known_until)s)
      and p.joined_at < %(known_until)s and (p.left_at is null or p.left_at >= %(known_until)s)
),
asked as (
    select person_id from cases
),
{areas},
mine as (
    select distinct c.id, c.team_id, c.lead_worker_id
    from cases c left join areas a on a.person_id = c.person_id
    where %(area)s = 0 or a.area_id = %(area)s
)
select t.name, u.name, count(*)
from mine m
join accounts_team t on t.id = m.team_id
join accounts_user u on u.id = m.lead_worker_id
group by t.id, t.name, u.id, u.name
order by t.name, u.name, u.id
