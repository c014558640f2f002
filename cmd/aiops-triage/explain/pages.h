/*
 * --format text: one page for each incident, its last revision. A page is
 * printed when its incident ends, when the input does, or when too many are
 * held back.
 */
#ifndef AIOPS_TRIAGE_PAGES_H
#define AIOPS_TRIAGE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/span.h"
#include "cli/cli.h"

#define PAGES_HELD 1000

struct pages {
	struct cli *cli;
	struct map held; /* incident id to its page (char *, owned) */
	bool printed;    /* one was, so the next is set apart by an empty line */
};

void pages_init(struct pages *p, struct cli *c);
/* Forgets what was not printed. */
void pages_release(struct pages *p);
/* text replaces what is held for the incident; last prints it. */
void pages_put(struct pages *p, struct span incident, struct span text, bool last);
/* What is held for the incident is not printed: another one took it in. */
void pages_drop(struct pages *p, struct span incident);
/* Prints all that are held, in the order in which their incidents first came. */
void pages_flush(struct pages *p);

#endif
