-- Continues cohort.sql: what a plan may look at. Both groups' sizes and the same kinds of events in
-- the year BEFORE the index date: never an outcome.
, earlier as (
    select m.person_id, m.helped,
           count(*) filter (where in_year) as contacts,
           count(*) filter (where in_year and m.role = 'suspect') as suspect,
           count(*) filter (where in_year and m.role = 'victim') as victim,
           count(*) filter (where in_year and m.contact_type = 'Missing person') as missing,
           (select count(*)
            from referrals_referralchild rc join referrals_referral r on r.id = rc.referral_id
            where rc.person_id = m.person_id and r.made_at >= m.year_before
              and r.made_at < m.begins) as referrals
    from met m cross join lateral (
        select m.before and m.occurred_at >= m.year_before as in_year
    ) as before
    group by m.person_id, m.index_on, m.helped, m.year_before, m.begins
)
select count(*) filter (where helped = 1), count(distinct person_id) filter (where helped = 0),
       coalesce(stddev_samp(contacts) filter (where helped = 1), 0),
       coalesce(stddev_samp(suspect) filter (where helped = 1), 0),
       coalesce(stddev_samp(victim) filter (where helped = 1), 0),
       coalesce(stddev_samp(missing) filter (where helped = 1), 0),
       coalesce(stddev_samp(referrals) filter (where helped = 1), 0)
from earlier
