-- Ends sessions of the role that do nothing, and says how many. Sessions in the middle of a query stay.
select count(*) filter (where ended)
from (
  select pg_terminate_backend(pid) as ended
  from pg_stat_activity
  where usename = :'role' and backend_type = 'client backend' and pid <> pg_backend_pid()
    and state in ('idle', 'idle in transaction', 'idle in transaction (aborted)')
    and now() - state_change >= :'idle_for'::interval
) sessions;
