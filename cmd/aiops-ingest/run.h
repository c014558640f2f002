/*
 * The command: options to settings, input files to the feed, records to
 * standard output, rejects and messages to where the contract wants them.
 */
#ifndef AIOPS_INGEST_RUN_H
#define AIOPS_INGEST_RUN_H

#include <stdbool.h>

#include "cli/cli.h"

struct listen_options {
	const char *listen, *spool, *port_file;
	size_t spool_max, max_body;
	struct opt_texts token_files, hmac_files;
	int hmac_style; /* enum hmac_style */
	int64_t replay_window_ms, request_timeout_ms, idle_timeout_ms, max_connections;
};

struct follow_options {
	bool follow;
	int from; /* enum follow_from */
	const char *resume;
};

struct poll_options {
	const char *url;
	int64_t every_ms; /* 0: once */
	int64_t since_ms; /* how far back the first answer goes, where the URL has a span of time */
	const char *bearer_file, *basic_file; /* one of them, or NULL */
	const char *ca_file;
	int64_t timeout_ms;
	size_t max_answer;
	bool plain_secret; /* credentials may go over plain HTTP */
};

struct ingest_cli_options {
	const char *format, *explain, *source_name, *zone, *aliases, *patterns;
	int to; /* enum convert_to */
	int64_t batch;
	struct opt_texts labels, map;
	bool list, validate;
	int64_t map_timeout_ms, heartbeat_ms;
	struct listen_options listening;
	struct follow_options following;
	struct poll_options polling;
	struct opt_texts sources; /* of the configuration file */
	bool all_sources;
};

/* Exit codes as the contract has them; 1 for findings of --validate. */
int ingest_run(struct cli *c);

#endif
