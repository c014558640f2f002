/*
 * The sources of the configuration file: a map from names to what each reads.
 *
 *	sources:
 *	  alertmanager:
 *	    url: https://am.example/api/v2/alerts
 *	    format: alertmanager
 *	    every: 30s
 *	    token_file: /etc/aiops/am.token
 *	    labels: {env: prod}
 *	  hooks:
 *	    listen: 127.0.0.1:9099
 *	    spool: /var/lib/aiops/spool
 *	  orders-log:
 *	    follow: [/var/log/orders.log]
 *	    format: text
 *
 * Exactly one of url, listen and follow; what is not said is as the options have it.
 */
#ifndef AIOPS_INGEST_SOURCES_H
#define AIOPS_INGEST_SOURCES_H

#include <stddef.h>

#include "aiops-ingest/live/poll.h"
#include "aiops-ingest/run.h"
#include "yaml/yaml.h"

enum source_way { SOURCE_URL, SOURCE_LISTEN, SOURCE_FOLLOW };

/* Texts are borrowed from the document, lists owned. */
struct source_spec {
	const char *name;
	enum source_way way;
	const char *format; /* NULL: auto */
	struct label *labels;
	size_t n_labels;
	int64_t heartbeat_ms; /* 0: none */
	struct poll_options poll;
	struct listen_options listening;
	const char **paths; /* SOURCE_FOLLOW */
	size_t n_paths;
};

struct sources {
	struct source_spec *items;
	size_t n;
};

/*
 * Reads the sources that are named, or all (names NULL), in the order of the file.
 * root: the section, NULL if there is none. Errors: EX_BADCONFIG with position,
 * EX_BADUSAGE (no such source, or none at all).
 */
NODISCARD int sources_read(const struct yaml_node *root, const struct opt_texts *names,
			   const struct ingest_cli_options *o, struct sources *out, struct err *e);
void sources_release(struct sources *s);

#endif
