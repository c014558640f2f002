/*
 * Promotion: which labels say what service, host, environment, layer and
 * component a record is about. One table, so that users can extend it later.
 */
#ifndef AIOPS_INGEST_ALIAS_H
#define AIOPS_INGEST_ALIAS_H

#include <stddef.h>

#include "base/span.h"
#include "record/event.h"

/* Borrowed from the labels; SPAN_NONE where nothing says it. */
struct promoted {
	struct span service, host, env, layer, component;
};

/* labels must be sorted by name. Empty values count as absent. component: label
 * component, else pod, else instance as it stands (with its port). host: a host
 * label, else the instance without its port, when it has one. */
struct promoted promote(const struct label *labels, size_t n);

/* A component that no label names is the service, else the host (aiops-record(5)). */
void promote_component(struct promoted *p);

/* The value of label name, or SPAN_NONE. labels sorted. O(log n). */
struct span label_value(const struct label *labels, size_t n, struct span name);

/* "db-1:9187" is "db-1", "[::1]:80" is "::1"; SPAN_NONE for what is no host:port. */
struct span host_of_instance(struct span instance);

/* The table as text for --explain-format: one line for each field. */
struct buf;
void alias_explain(struct buf *out);

#endif
