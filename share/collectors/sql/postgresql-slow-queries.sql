-- Statements whose mean time is above a second (extension pg_stat_statements), and queries that run longer than that now.
SELECT count(*) > 0 AS has_statements, current_setting('server_version_num')::int >= 130000 AS has_exec_time
FROM pg_extension WHERE extname = 'pg_stat_statements' \gset
\if :has_statements
\if :has_exec_time
SELECT 'database_slow_queries', count(*), 'statements', '' FROM pg_stat_statements WHERE mean_exec_time > 1000;
\else
SELECT 'database_slow_queries', count(*), 'statements', '' FROM pg_stat_statements WHERE mean_time > 1000;
\endif
\else
SELECT 'warning', 'no database_slow_queries without the extension pg_stat_statements', '', '';
\endif
SELECT 'database_long_queries', count(*), 'queries', ''
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()
  AND clock_timestamp() - query_start > interval '1 second';
