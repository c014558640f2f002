/*
 * A bar on standard error for a person who waits (contract 13): only on a
 * terminal, after 2 s, at most 10 times a second.
 */
#ifndef AIOPS_CLI_PROGRESS_H
#define AIOPS_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

enum progress_when { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

struct progress {
	bool on;    /* may show at all */
	bool shown; /* a bar stands on the terminal now */
	const char *tool;
	int64_t start_ms, next_ms;
	int64_t total_bytes; /* of the input, 0 = not known */
};

/* What auto looks at. `always` shows at once and under -q, TERM=dumb and CI too, but never into a
 * file. */
struct progress_surroundings {
	bool terminal, quiet;
	const char *term, *ci; /* of the environment, NULL if unset */
};
void progress_start(struct progress *p, const char *tool, int when,
		    const struct progress_surroundings *s, int64_t total_bytes, int64_t now_ms);
/* Draws the bar if it is time. */
void progress_tick(struct progress *p, uint64_t bytes, uint64_t records, int64_t now_ms);
/* Takes the bar away, before anything else is written to the terminal. */
void progress_clear(struct progress *p);

#endif
