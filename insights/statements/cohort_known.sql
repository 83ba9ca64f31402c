-- Continues cohort.sql: one row a child and index month, with what was known before the index date.
select m.person_id, m.month, m.index_on, m.helped, m.age, m.sex,
       count(*) filter (where m.before and m.occurred_at >= m.year_before
                          and m.role = 'suspect') as suspect_year,
       count(*) filter (where m.before and m.occurred_at >= m.year_before
                          and m.role <> 'suspect' and m.contact_type <> 'Missing person')
           as harmed_year,
       count(*) filter (where m.before and m.occurred_at >= m.year_before
                          and m.role <> 'suspect' and m.contact_type = 'Missing person')
           as missing_year,
       count(*) filter (where m.before and m.occurred_at < m.year_before) as earlier,
       m.index_on - min((m.occurred_at at time zone 'Europe/London')::date)
           filter (where m.before) as days_known,
       coalesce((array_agg(a.code order by m.occurred_at desc, m.contact_id desc)
                 filter (where m.before))[1], 'not known') as area
from met m left join accounts_area a on a.id = m.area_id
group by m.person_id, m.month, m.index_on, m.helped, m.age, m.sex
order by m.helped desc, m.month, m.person_id
