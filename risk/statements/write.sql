-- Continues readings.sql: keeps what has changed, and nothing else.
--
--   always       boolean        rewrite each of these rows whether it has changed or not
--   now          timestamptz    when it was read
--
-- A row is rewritten when a reading or the strengths moved by 0.05, or a band, the breadth, the model
-- or the version of the facts is another. History gains a row when a band changed or a reading moved
-- by 1.0 since its last row; before its first row everything counts as nothing recorded.
--
-- This statement never waits for a row while it holds others: what a command has locked it skips and
-- names in `skipped`, and its caller reads these one by one. So it can't deadlock with a command that
-- touches several children in an order of its own. And it overwrites nothing that was read from newer
-- facts: a locked row is looked at again as it stands now.
, compared as materialized (
    select f.*, r.person_id is null as is_new, kept.is_due
    from readings f
    left join risk_reading r
        on r.person_id = f.person_id and r.person_id between %(first)s and %(last)s
    left join lateral (
        select h.* from risk_readinghistory h
        where h.person_id = f.person_id order by h.read_at desc, h.id desc limit 1
    ) as last on true
    cross join lateral (
        select f.harm_to_child_band <> coalesce(last.harm_to_child_band, 'nothing recorded')
            or f.harm_by_child_band <> coalesce(last.harm_by_child_band, 'nothing recorded')
            or f.need_band <> coalesce(last.need_band, 'nothing recorded')
            or abs(f.harm_to_child - coalesce(last.harm_to_child, 0)) >= 1.0::float8
            or abs(f.harm_by_child - coalesce(last.harm_by_child, 0)) >= 1.0::float8
            or abs(f.need - coalesce(last.need, 0)) >= 1.0::float8
    ) as kept (is_due)
    where %(always)s
       or kept.is_due
       or r.person_id is null
       or r.facts_version <> f.facts_version
       or r.model_id <> %(model)s
       or r.breadth <> f.breadth
       or r.harm_to_child_band <> f.harm_to_child_band
       or r.harm_by_child_band <> f.harm_by_child_band
       or r.need_band <> f.need_band
       or abs(r.harm_to_child - f.harm_to_child) >= 0.05::float8
       or abs(r.harm_by_child - f.harm_by_child) >= 0.05::float8
       or abs(r.need - f.need) >= 0.05::float8
       or abs(r.strengths - f.strengths) >= 0.05::float8
),
-- A first row can't be locked, so its person is: a command may be about to take the reading away.
first_rows as (
    select c.* from compared c
    join cases_person p on p.id = c.person_id and p.facts_version = c.facts_version
    where c.is_new and p.id between %(first)s and %(last)s
    for share of p skip locked
),
next_rows as (
    select c.* from compared c
    join risk_reading r on r.person_id = c.person_id and r.facts_version <= c.facts_version
    where not c.is_new and r.person_id between %(first)s and %(last)s
    for update of r skip locked
),
inserted as (
    insert into risk_reading (
        person_id, facts_version, read_at, model_id, harm_to_child, harm_by_child, need,
        harm_to_child_band, harm_by_child_band, need_band, strengths, breadth)
    select person_id, facts_version, %(now)s, %(model)s, harm_to_child, harm_by_child, need,
           harm_to_child_band, harm_by_child_band, need_band, strengths, breadth
    from first_rows
    on conflict do nothing
    returning person_id
),
updated as (
    update risk_reading r
    set facts_version = n.facts_version, read_at = %(now)s, model_id = %(model)s,
        harm_to_child = n.harm_to_child, harm_by_child = n.harm_by_child, need = n.need,
        harm_to_child_band = n.harm_to_child_band, harm_by_child_band = n.harm_by_child_band,
        need_band = n.need_band, strengths = n.strengths, breadth = n.breadth
    from next_rows n
    where r.person_id = n.person_id and r.person_id between %(first)s and %(last)s
    returning r.person_id
),
written as (select person_id from inserted union all select person_id from updated),
history as (
    insert into risk_readinghistory (
        person_id, read_at, model_id, harm_to_child, harm_by_child, need,
        harm_to_child_band, harm_by_child_band, need_band, strengths, breadth)
    select person_id, %(now)s, %(model)s, harm_to_child, harm_by_child, need,
           harm_to_child_band, harm_by_child_band, need_band, strengths, breadth
    from compared join written using (person_id)
    where is_due
    returning person_id
),
-- Those who are read no more: 18 without the agreement, 26, or a birth date set right.
outgrown as (
    select k.id as person_id, k.facts_version
    from known k
    join risk_reading r on r.person_id = k.id and r.person_id between %(first)s and %(last)s
    where not k.is_read
),
last_rows as (
    select o.person_id from outgrown o
    join risk_reading r on r.person_id = o.person_id and r.facts_version <= o.facts_version
    where r.person_id between %(first)s and %(last)s
    for update of r skip locked
),
removed as (
    delete from risk_reading r using last_rows l
    where r.person_id = l.person_id and r.person_id between %(first)s and %(last)s
    returning r.person_id
)
select counted.people, counted.bands,
       (select count(*) from written) as changed,
       (select count(*) from history) as history,
       (select count(*) from removed) as removed,
       (select coalesce(array_agg(person_id order by person_id), '{}'::bigint[])
        from ((select person_id from compared union all select person_id from outgrown)
              except
              (select person_id from written union all select person_id from removed)) as unwritten
       ) as skipped
from counted
