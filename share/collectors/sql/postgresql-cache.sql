-- Blocks that were found in shared buffers, since the statistics began; nothing without any.
SELECT 'database_cache_hit_ratio', round(100.0 * sum(blks_hit) / sum(blks_hit + blks_read), 1), 'percent', ''
FROM pg_stat_database HAVING sum(blks_hit + blks_read) > 0;
