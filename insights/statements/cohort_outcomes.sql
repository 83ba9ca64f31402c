-- Continues cohort.sql: what came after the index day, up to and with the last day of the window.
select m.person_id, m.index_on, m.helped,
       count(*) filter (where came),
       count(*) filter (where came and m.role = 'suspect'),
       count(*) filter (where came and m.role = 'victim'),
       count(*) filter (where came and m.contact_type = 'Missing person'),
       (select count(*)
        from referrals_referralchild rc join referrals_referral r on r.id = rc.referral_id
        where rc.person_id = m.person_id and r.made_at >= m.follows and r.made_at < m.ends
          and r.made_at < %(known_until)s),
       count(*) filter (where came and not m.looked_for),
       count(*) filter (where came and not m.looked_for and m.role = 'suspect')
from met m cross join lateral (
    select m.occurred_at >= m.follows and m.occurred_at < m.ends as came
) as after
group by m.person_id, m.index_on, m.helped, m.follows, m.ends
