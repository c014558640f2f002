/*
 * The one filter loop: reading, rejects, dead letters, flushing, signals,
 * barriers, statistics and exit codes of the contract (aiops(7)) are
 * written once, here; a programme brings callbacks.
 *
 *	static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
 *	{
 *		if (record_kind(r) != KIND_ALERT) {
 *			filter_pass(f);
 *			return 0;
 *		}
 *		...
 *		filter_annotate(f, "correlate", buf_span(&json));
 *		return 0;
 *	}
 */
#ifndef AIOPS_CLI_FILTER_H
#define AIOPS_CLI_FILTER_H

#include "base/err.h"
#include "base/span.h"
#include "cli/cli.h"
#include "record/record.h"

struct filter;

struct filter_ops {
	/* One accepted record. It calls filter_pass, filter_annotate, filter_emit or
	 * filter_reject as it likes; none of them means the record is kept back.
	 * -1 stops the filter with e->code. */
	int (*record)(void *ctx, struct filter *f, const struct record *r, struct err *e);
	/* A control line ({"_...) other than a barrier; NULL passes it on. */
	int (*control)(void *ctx, struct filter *f, const struct record *r, struct err *e);
	/* A line that does not begin as a JSON object, for filters that take text too; borrowed
	 * until it returns. May emit. NULL: such a line is rejected. */
	int (*text)(void *ctx, struct filter *f, struct span line, struct err *e);
	bool text_only; /* every line is text */
	/* End of all input (not after a signal). May emit. May be NULL. */
	int (*finish)(void *ctx, struct filter *f, struct err *e);
	/* Makes state durable: at a barrier, at the end, on INT or TERM. May be NULL. */
	int (*save)(void *ctx, struct filter *f, struct err *e);
	/* Called before a read that may block, when output was just flushed: group
	 * commits end here. May emit (flushed again). May be NULL. */
	int (*idle)(void *ctx, struct filter *f, struct err *e);
	/* Appends ,"name":number members to the --stats object. May be NULL. */
	void (*stats)(void *ctx, struct buf *json);
	/* See record_watch; may be none. */
	const char *const *watch;
	size_t n_watch, n_watch_key;
};

/* Runs over the command's input files. Returns the exit code; every message was printed. */
int filter_run(struct cli *c, const struct filter_ops *ops, void *ctx);

/* The current record's line goes out unchanged. */
void filter_pass(struct filter *f);
/* The current record's line goes out with "key":json spliced in. */
void filter_annotate(struct filter *f, const char *key, struct span json);
/* A record of the tool's own (without a newline). Valid in every callback. */
void filter_emit(struct filter *f, struct span json);
/* The current record is counted as rejected, shown (the first five), written to the dead-letter
 * file. */
void filter_reject(struct filter *f, enum reject_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The answer that -e asks about is "yes": the exit code is then 1, if nothing is worse. */
void filter_found(struct filter *f);

/* Number of the current line in its file, from 1. */
int64_t filter_line(const struct filter *f);
/* "stdin:42" or "file:42" of the current record, borrowed. */
const char *filter_where(struct filter *f);
struct cli *filter_cli(struct filter *f);

/* ---- the same parts for programmes that do not read records (aiops-ingest) ---- */

struct input; /* the command's input files as lines or chunks */
struct input *input_open(struct cli *c, size_t max_line);
void input_close(struct input *in);
enum input_result {
	INPUT_END,
	INPUT_LINE,
	INPUT_TOO_LONG,
	INPUT_FILE_END,
	INPUT_STOPPED,
	INPUT_ERROR
};
/* The next line without LF, borrowed until the next call, with RECORD_PADDING
 * readable bytes behind it. INPUT_TOO_LONG: line holds its beginning, the rest
 * was drained. INPUT_FILE_END comes once after each file. INPUT_STOPPED: INT or TERM. Flushes
 * standard output before a read that may block, and with -u each time. INPUT_ERROR: e is set
 * (66); the file's rest is given up and the next call goes on with the next file. */
enum input_result input_line(struct input *in, struct span *line, struct err *e);
/* Bytes as they come, never none, borrowed until the next call (the same padding): INPUT_LINE,
 * INPUT_FILE_END, INPUT_END, INPUT_STOPPED, INPUT_ERROR. Can be mixed with input_line; line
 * numbers are then the caller's business. */
enum input_result input_chunk(struct input *in, struct span *chunk, struct err *e);
const char *input_name(const struct input *in); /* "stdin" or the file's name */
int64_t input_line_number(const struct input *in);
/* What USR1 prints while lines are read (contract 10). */
void input_on_stats(struct input *in, void (*print)(void *ctx), void *ctx);
/* One line on standard error: {"kind":"stats","tool":"...",MEMBERS}. members is
 * `"name":number,...`. */
void stats_print(struct cli *c, struct span members);

/* Counting and reporting of rejects (contract 7). */
struct rejects;
struct rejects *rejects_open(struct cli *c,
			     struct err *e); /* opens --dead-letter; NULL on failure */
/* 0; -1 when the filter must stop: --strict (EX_BADDATA) or the dead letter cannot be written
 * (EX_IO). */
NODISCARD int rejects_add(struct rejects *j, const char *source, int64_t line, const char *code,
			  const char *message, struct span raw, struct err *e);
/* Prints the total; EX_DONE or EX_REJECTS by --tolerate against accepted + rejected. Frees. */
int rejects_close(struct rejects *j, int64_t accepted);

#endif
