-- Contacts by month and by kind, where they happened; children by how often they were met in a year.
--
--   since     date       first day of the first month
--   as_of     date       known_until  timestamptz   the end of that day in London
--   police    boolean    with what is police only; without it only area 0 is of use
-- Answers (area, what, key, number); area 0 is the whole force.
with met as (
    select c.id, c.area_id, c.contact_type,
           (c.occurred_at at time zone 'Europe/London')::date as day
    from cases_contact c
    where c.recorded_at < %(known_until)s and c.occurred_at < %(known_until)s
      and c.occurred_at >= %(since)s::timestamp at time zone 'Europe/London'
      and (%(police)s or c.handling <> 'police only')
),
year as (
    select *, day > (%(as_of)s::date - interval '1 year')::date as is_recent from met
    where day > (%(as_of)s::date - interval '2 years')::date
),
seen as (
    select cc.person_id, count(*) as times
    from year m join cases_contactchild cc on cc.contact_id = m.id
    where m.is_recent
    group by cc.person_id
),
-- Partners see the whole force alone: of nobody is the area looked for.
asked as (
    select person_id from seen where %(police)s
),
{areas},
counted as (
    select area_id, grouping(area_id) as whole, 'contacts' as what,
           date_trunc('month', day)::date::text as key, count(*) as number
    from met group by date_trunc('month', day), grouping sets ((area_id), ())
    union all
    select area_id, grouping(area_id), case when is_recent then 'kinds' else 'kinds before' end,
           contact_type, count(*)
    from year group by is_recent, contact_type, grouping sets ((area_id), ())
    union all
    select a.area_id, grouping(a.area_id), 'children seen', '', count(*)
    from seen s left join areas a on a.person_id = s.person_id group by grouping sets ((a.area_id), ())
    union all
    select a.area_id, grouping(a.area_id), 'children seen often', '', count(*)
    from seen s left join areas a on a.person_id = s.person_id
    where s.times >= 3 group by grouping sets ((a.area_id), ())
)
select case whole when 1 then 0 else area_id end, what, key, number
from counted where (whole = 1 or area_id is not null) and number > 0
