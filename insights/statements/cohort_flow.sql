-- Continues cohort.sql: what became of each child who ever started the service, for the report.
select (select count(*) from starts),
       (select count(*) from starts) - (select count(*) from whole),
       count(*) filter (where not was_known),
       count(*) filter (where was_known
                          and (age is null or age not between %(youngest)s and %(oldest)s)),
       count(*) filter (where was_known and age between %(youngest)s and %(oldest)s and excluded)
from judged where helped = 1
