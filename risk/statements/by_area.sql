-- Continues readings.sql: people by area, lens and band; area 0 is the whole
-- force. Who belongs to no area counts in the whole force alone.
, asked as (
    select person_id from readings
),
{areas}
select case when grouping(a.area_id) = 1 then 0 else a.area_id end as area,
       lens, band, count(*) as people
from readings r
left join areas a on a.person_id = r.person_id
cross join lateral (values ('harm_to_child', r.harm_to_child_band),
                           ('harm_by_child', r.harm_by_child_band),
                           ('need', r.need_band)) as each (lens, band)
group by lens, band, grouping sets ((a.area_id), ())
having grouping(a.area_id) = 1 or a.area_id is not null
