/*
 * Patterns of --patterns: regular expressions that turn log lines into alerts,
 * beside the lines themselves. Counting is by the lines' own time.
 */
#ifndef AIOPS_INGEST_PATTERNS_H
#define AIOPS_INGEST_PATTERNS_H

#include "aiops-ingest/emit.h"
#include "base/buf.h"
#include "base/err.h"

struct patterns;

struct patterns_counts {
	int64_t matches;    /* lines that a pattern matched, once for each pattern */
	int64_t alerts;     /* records made */
	int64_t limit_hits; /* matches given up at a limit */
	int64_t untracked;  /* matches of label sets beyond the memory */
};

/* Reads a YAML file. NULL on failure: EX_UNREADABLE, EX_BADCONFIG with line and column (err
 * position). */
struct patterns *patterns_load(const char *path, struct err *e);
void patterns_free(struct patterns *p);

/* A log line that went out as a record, of text or passed on. Alerts that follow from it go out
 * behind it. Fails as emit_event does. */
struct patterns_line {
	struct span body; /* UTF-8 */
	struct instant at;
	struct span service, host, env, component, layer, trace_id, span_id;
};
NODISCARD int patterns_see(struct patterns *p, struct ingest *in, const struct patterns_line *line,
			   struct err *e);
/* The same for a record of kind log that is passed on; others are not looked at. */
NODISCARD int patterns_see_record(struct patterns *p, struct ingest *in, const struct record *r,
				  struct err *e);

/* What becomes of alerts that no line brings about: where they go when only time passes. Borrows
 * opt and env. */
void patterns_attach(struct patterns *p, const struct ingest_options *opt, const struct sink *sink,
		     const struct env *env);
/* Event time has come to `now` without a line, as a watermark says: what was quiet for long enough
 * resolves. Wants patterns_attach. Fails as emit_event does. */
NODISCARD int patterns_pass_time(struct patterns *p, struct instant now, struct err *e);
/* So much time has passed on the clock since the last call: if no line came, it has passed for the
 * lines, too. Their own clock may be hours away, so it is only moved on. As patterns_pass_time. */
NODISCARD int patterns_pass_quiet(struct patterns *p, int64_t elapsed_ms, struct err *e);
/* Of what went out by patterns_pass_time. */
struct ingest_counts patterns_own_counts(const struct patterns *p);

struct patterns_counts patterns_counts(const struct patterns *p);

/* What is counted and what fires, as one JSON object, and back. Patterns that the file does not
 * have any more are forgotten. Errors of load: EX_BADCONFIG. */
void patterns_save(const struct patterns *p, struct buf *out);
NODISCARD int patterns_restore(struct patterns *p, struct value saved, struct err *e);

#endif
