-- Who waits for whom.
SELECT 'database_blocked_queries', count(*), 'queries', ''
FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0
UNION ALL
SELECT 'database_longest_block_s',
       round(coalesce(extract(epoch FROM max(clock_timestamp() - query_start)), 0)::numeric, 1), 's', ''
FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0
UNION ALL
SELECT 'database_deadlocks', coalesce(sum(deadlocks), 0), 'deadlocks', '' FROM pg_stat_database;
