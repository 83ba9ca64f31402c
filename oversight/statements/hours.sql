-- Each user's busiest hour by the clock: (user_id, different children).
with {chosen},
hours as (
    select c.user_id, date_trunc('hour', c.at), count(distinct person) as children
    from chosen c cross join lateral unnest(c.persons) as person
    group by 1, 2
)
select user_id, max(children) from hours group by user_id
