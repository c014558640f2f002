/*
 * Promotion: which labels say what service, host, environment, layer and
 * component a record is about. One table, to which users add their own names.
 */
#ifndef AIOPS_INGEST_ALIAS_H
#define AIOPS_INGEST_ALIAS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "record/event.h"

enum alias_field {
	ALIAS_SERVICE,
	ALIAS_HOST,
	ALIAS_ENV,
	ALIAS_LAYER,
	ALIAS_COMPONENT,
	ALIAS_FIELDS,
};

/* Which label names promote to which field; immutable once made. */
struct aliases;

/* The built-in table. */
struct aliases *aliases_new(void);
/*
 * The built-in table with a YAML file's changes: for each field a list of names that are looked at
 * before the built-in ones, and under `without` a list of built-in names that promote to nothing.
 * NULL on failure: EX_UNREADABLE, EX_BADCONFIG (position in e).
 */
struct aliases *aliases_load(const char *path, struct err *e);
void aliases_free(struct aliases *a);

/* Borrowed from the labels; SPAN_NONE where nothing says it. */
struct promoted {
	struct span service, host, env, layer, component;
};

/* Labels in any order, names unique. Empty values count as absent. component: label
 * component, else pod, else instance as it stands (with its port). host: a host
 * label, else the instance without its port, when it has one. O(n). */
struct promoted promote(const struct aliases *a, const struct label *labels, size_t n);

/* Does a label of this name promote to anything? */
bool aliases_know(const struct aliases *a, struct span name);

/* A component that no label names is the service, else the host (aiops-record(5)). */
void promote_component(struct promoted *p);

/* "db-1:9187" is "db-1", "[::1]:80" is "::1"; SPAN_NONE for what is no host:port. */
struct span host_of_instance(struct span instance);

/* The table as text for --explain-format: one line for each field. */
void aliases_explain(const struct aliases *a, struct buf *out);

#endif
