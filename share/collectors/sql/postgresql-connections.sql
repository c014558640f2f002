-- Connections of clients beside those that ordinary users may have; what they do.
SELECT 'database_connection_usage',
       round(100.0 * count(*) / (current_setting('max_connections')::int
             - current_setting('superuser_reserved_connections')::int), 1), 'percent', ''
FROM pg_stat_activity WHERE backend_type = 'client backend'
UNION ALL
SELECT 'database_connections', count(*), 'connections', '' FROM pg_stat_activity WHERE backend_type = 'client backend'
UNION ALL
SELECT 'database_idle_in_transaction', count(*), 'connections', ''
FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'
UNION ALL
SELECT 'database_longest_transaction_s',
       round(coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::numeric, 1), 's', ''
FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid();
