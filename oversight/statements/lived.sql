-- Where the day's children live, or lived. An address is never written anew: who is met at another one
-- is another record at first, which may be the same child. One of a list of WITH queries, after chosen.
asked as (select distinct unnest(persons) as person_id from chosen),
same as (
    select person_id, person_id as record_id from asked
    union all
    select m.person_id, m.other_id from cases_likelymatch m
    where m.person_id in (select person_id from asked) and m.same_child is distinct from false
    union all
    select m.other_id, m.person_id from cases_likelymatch m
    where m.other_id in (select person_id from asked) and m.same_child is distinct from false
),
lived as (
    select distinct s.person_id, p.postcode_key
    from same s join cases_person p on p.id = s.record_id where p.postcode_key <> ''
)
