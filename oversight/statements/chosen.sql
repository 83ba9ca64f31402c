-- The looks of a day by people who chose the child: one child's page, or a search's answers. A list
-- shows children that nobody chose. One of a list of WITH queries.
--
--   starts, ends    timestamptz    the London day
chosen as (
    select e.id, e.user_id, e.at, e.persons, string_to_array(e.ground, ', ') as grounds
    from audit_entry e join accounts_user u on u.id = e.user_id
    where e.at >= %(starts)s and e.at < %(ends)s
      and e.kind = 'consultation' and e.ground <> 'audit'
      and (cardinality(e.persons) = 1 or e.ground = 'pointer')
)
