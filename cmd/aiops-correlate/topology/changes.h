/*
 * Changes (deploys, migrations, flags) of the last while: an alert that joins
 * an incident brings those of its component, service, host or place along, as
 * context. They say what was done, not that it is the cause.
 */
#ifndef AIOPS_CORRELATE_CHANGES_H
#define AIOPS_CORRELATE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/tables/words.h"
#include "aiops-correlate/topology/fact.h"
#include "aiops-correlate/topology/topology.h"

/* Changes in memory; with more the oldest are forgotten, and counted. */
#define CHANGES_KEPT 1000
/* Changes that one incident carries: the latest. */
#define CHANGES_CARRIED 20

struct site_change {
	int64_t at_ns;
	char *id, *what;
	struct word *component, *service, *host; /* held; NULL none */
	int place;                               /* in the topology in force, -1 none */
};

/* A copy of c; its words are held once more. */
struct site_change change_copy(const struct site_change *c);
void change_release(struct site_change *c, struct words *ws);
/* True if something on component, of service, on host, at place is what c changed. */
bool change_concerns(const struct site_change *c, const struct word *component,
		     const struct word *service, const struct word *host, int place);

struct changes {
	struct site_change *items; /* by time */
	size_t n, cap;
	int64_t keep_ns;    /* 0: none are kept */
	uint64_t forgotten; /* beyond CHANGES_KEPT */
};

void changes_init(struct changes *cs, int64_t keep_ns);
void changes_release(struct changes *cs, struct words *ws);
/* Adds what f tells, unless it is known, or too old at now_ns; what is too old goes. The new one,
 * borrowed until the next call, or NULL. O(CHANGES_KEPT). */
const struct site_change *changes_add(struct changes *cs, const struct fact *f,
				      const struct topology *topo, struct words *ws,
				      int64_t now_ns);
/* The topology is another one. */
void changes_place(struct changes *cs, const struct topology *topo);
/* One that is read back from a state; taken over. */
void changes_restore(struct changes *cs, struct site_change c);
/* True if c began no longer than keep_ns before at_ns, nor after it. */
bool changes_precede(const struct changes *cs, const struct site_change *c, int64_t at_ns);

#endif
