/*
 * The register of incidents in the store (migrations 60 to 69): rows, their time
 * lines, other names, and the last record of each. Nothing here begins or ends
 * a transaction, or decides anything: register/change.h does.
 */
#ifndef AIOPS_INCIDENT_REGISTER_H
#define AIOPS_INCIDENT_REGISTER_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-incident/register/incident.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/span.h"
#include "store/store.h"

/* Opens the store for writing, with the audit log's tables and these. Errors: store_open's. */
NODISCARD int register_open(const char *path, struct store **out, struct err *e);
/* For reading. *out is NULL without an error if there is no store yet, or none with a register. */
NODISCARD int register_open_readonly(const char *path, struct store **out, struct err *e);

/* ---- incidents; 1 found, 0 not, -1 error ---- */

/* By its id or one of its other names (an incident that turned out to be the same). */
NODISCARD int incident_by_id(struct store *s, struct span id, struct pool *pool,
			     struct incident *out, struct err *e);
/* As people name it: an id, its beginning ("INC-7Q2M", "7q2m", at least 4 characters), or its
 * number
 * ("42", "#42"). An error (EX_BADUSAGE) if the beginning fits several. */
NODISCARD int incident_find(struct store *s, struct span word, struct pool *pool,
			    struct incident *out, struct err *e);
/* The newest with this key that is not merged and that something which happened at at_ns can be
 * part of: open, or closed less than window_ns before; and begun at most window_ns after, since a
 * history that is read late is no part of what is going on now. */
NODISCARD int incident_by_key(struct store *s, struct span key, int64_t at_ns, int64_t window_ns,
			      struct pool *pool, struct incident *out, struct err *e);
/* Replaces *inc by the one that it was merged into, and that one into, to the one that stays. */
NODISCARD int incident_survivor(struct store *s, struct pool *pool, struct incident *inc,
				struct err *e);

/* Sets number. */
NODISCARD int incident_insert(struct store *s, struct incident *inc, struct err *e);
NODISCARD int incident_update(struct store *s, const struct incident *inc, struct err *e);

/*
 * Where its records come from: its own id, those of incidents that turned out to be the same, its
 * runs. For each the highest number of a record that was applied, so that one that is delivered
 * again, or late, changes nothing.
 */
NODISCARD int incident_by_source(struct store *s, struct span name, struct pool *pool,
				 struct incident *out, int64_t *revision, struct err *e);
NODISCARD int source_put(struct store *s, struct span name, int64_t number, int64_t revision,
			 struct err *e);

/* Which ones to look at. */
struct selection {
	bool open;             /* only open ones; merged ones never are */
	bool all;              /* merged ones, too */
	int status;            /* enum status, -1: any */
	int severity;          /* at least this, 0: any */
	struct span service;   /* one of its services; SPAN_NONE: any */
	int64_t since_ns;      /* detected at or after; INCIDENT_NEVER: any */
	int64_t before_number; /* for paging: numbers below this; 0: any */
	int64_t limit;         /* 0: none */
	bool newest_first;     /* by number; else open ones first, by severity, then oldest first */
};
#define SELECTION_ALL ((struct selection){.status = -1, .since_ns = INCIDENT_NEVER})

/* Calls fn for each; its texts live until fn returns. -1 from fn stops. */
typedef int incident_fn(void *ctx, const struct incident *inc, struct err *e);
NODISCARD int incident_each(struct store *s, const struct selection *which, incident_fn *fn,
			    void *ctx, struct err *e);

/* ---- the time line ---- */

NODISCARD int entry_insert(struct store *s, const struct incident *inc, const struct entry *en,
			   struct err *e);
/* By time, then n; with those of the incidents that were merged into it if merged is set. */
typedef int entry_fn(void *ctx, const struct entry *en, struct err *e);
NODISCARD int entry_each(struct store *s, const struct incident *inc, bool merged, entry_fn *fn,
			 void *ctx, struct err *e);

/* ---- the last incident record that came, for what the row does not hold ---- */

NODISCARD int incident_keep_record(struct store *s, const struct incident *inc, struct span line,
				   struct err *e);
/* The line in pool, SPAN_NONE if there is none. */
NODISCARD int incident_record(struct store *s, const struct incident *inc, struct pool *pool,
			      struct span *line, struct err *e);

#endif
