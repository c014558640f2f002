-- Connections that are taken, in per cent of those that ordinary roles may take.
select 100 * count(*) /
       (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int)
from pg_stat_activity
where backend_type = 'client backend' and pid <> pg_backend_pid();
