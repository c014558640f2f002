-- Who holds the connections, and what they do with them.
select usename, coalesce(state, '-') as state, count(*), max(now() - state_change) as longest
from pg_stat_activity
where backend_type = 'client backend' and pid <> pg_backend_pid()
group by 1, 2
order by 3 desc, 1, 2;
