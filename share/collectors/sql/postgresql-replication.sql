-- A standby: how old the last replayed transaction is, nothing new meaning no lag. A primary: what each standby still
-- has to replay.
SELECT pg_is_in_recovery() AS standby \gset
\if :standby
SELECT 'database_replication_lag_s',
       CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE round(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::numeric, 1) END, 's', '';
\else
SELECT 'database_replication_lag_bytes', pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 'bytes',
       replace(application_name, '|', '_')
FROM pg_stat_replication WHERE replay_lsn IS NOT NULL;
SELECT 'database_standbys', count(*), 'standbys', '' FROM pg_stat_replication;
\endif
