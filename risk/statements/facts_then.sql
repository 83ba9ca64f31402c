    -- As of a past day, or with every fact that counts nothing: what had been recorded by the end of
    -- that day, as it stood then. An observation without states never changed.
    select o.id, o.person_id, o.indicator_id, o.observed_on,
           case when s.id is null then o.severity else s.severity end as severity,
           case when s.id is null then o.confidence else s.confidence end as confidence,
           case when s.id is null then o.ended_on else s.ended_on end as ended_on,
           case when s.id is null then o.confirmed_on else s.confirmed_on end as confirmed_on,
           case when s.id is null then coalesce(o.voided_at < %(known_until)s, false)
                else s.voided end as voided
    from cases_observation o
    left join (
        -- The latest state, by then, of each observation that was ever changed.
        select distinct on (s.observation_id) s.*
        from cases_observationstate s
        join cases_observation of_these on of_these.id = s.observation_id
        where s.recorded_at < %(known_until)s
          and of_these.person_id between %(first)s and %(last)s
          and (%(people)s::bigint[] is null or of_these.person_id = any(%(people)s::bigint[]))
        order by s.observation_id, s.recorded_at desc, s.id desc
    ) s on s.observation_id = o.id
    where o.recorded_at < %(known_until)s
      and o.person_id between %(first)s and %(last)s
      and (%(people)s::bigint[] is null or o.person_id = any(%(people)s::bigint[]))
