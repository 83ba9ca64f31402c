-- The area that each child belongs to as of a day: that of their latest contact that names one, of
-- what had been recorded by then. Who was never met in an area has no row. One of a list of WITH
-- queries, after one named `asked` that says whom: few are looked up, of many the table is read once.
--
--   known_until    timestamptz    the end of that day in London: what was recorded later counts nothing
areas as (
    select distinct on (cc.person_id) cc.person_id, c.area_id
    from cases_contactchild cc join cases_contact c on c.id = cc.contact_id
    where cc.person_id in (select person_id from asked)
      and c.area_id is not null
      and c.recorded_at < %(known_until)s and c.occurred_at < %(known_until)s
    order by cc.person_id, c.occurred_at desc, c.id desc
)
