-- The area that each child belongs to as of a day: that of their latest contact that names one, of
-- what had been recorded by then. One of a list of WITH queries; joined by person_id it is looked
-- up for the children joined alone.
--
--   known_until    timestamptz    the end of that day in London: what was recorded later counts nothing
areas as not materialized (
    select p.id as person_id,
           (select c.area_id
            from cases_contactchild cc join cases_contact c on c.id = cc.contact_id
            where cc.person_id = p.id and c.area_id is not null
              and c.recorded_at < %(known_until)s and c.occurred_at < %(known_until)s
            order by c.occurred_at desc, c.id desc limit 1) as area_id
    from cases_person p
)
