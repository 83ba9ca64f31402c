    -- As of today: the columns of an observation are its latest state. All that is read here stands in
    -- the index observation_sum, person by person.
    select o.person_id, o.indicator_id, o.observed_on, o.severity, o.confidence, o.ended_on,
           o.confirmed_on, false as voided
    from cases_observation o
    where o.person_id between %(first)s and %(last)s
      and (%(people)s::bigint[] is null or o.person_id = any(%(people)s::bigint[]))
      and o.voided_at is null
