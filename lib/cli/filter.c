/*
 * The loop of every filter. The order of things at each point is the contract:
 *
 *	record      reject, or the tool's callback; with -u a flush
 *	barrier     what the tool holds back, flush, save, the line itself, flush
 *	wait        what the tool holds back (group commits), flush
 *	end         finish, flush, save      (output before state: after a crash
 *	signal      flush, save               records come twice rather than never)
 *	pipe gone   save, then die by SIGPIPE
 */
#include "cli/filter.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/clock.h"
#include "cli/context.h"
#include "cli/input.h"
#include "cli/out.h"
#include "cli/rejects.h"
#include "cli/signals.h"

struct filter {
	struct cli *c;
	const struct filter_ops *ops;
	void *ctx;
	struct input *in;
	struct rejects *rejects;
	struct record *record;
	struct span line;   /* the current one, as it was read */
	bool in_record;     /* filter_pass and the like have a record to act on */
	bool rejected;      /* the tool rejected the current record */
	bool drain;         /* go on when the reader of our output is gone */
	bool found;
	bool unreadable;    /* some input could not be read; the others were */
	bool strict_stop;   /* --strict met a rejected record; err says where */
	bool at_record;     /* err is about the current record */
	int64_t records, controls, blanks;
	uint64_t emitted;
	struct err err;     /* what stops the filter */
	struct buf where;
};

/* ---- what callbacks call ---- */

static void count_out(struct filter *f, size_t bytes)
{
	f->emitted++;
	out_added(f->c, bytes);
}

void filter_pass(struct filter *f)
{
	struct buf *out = out_buffer(f->c);

	assert(f->in_record);
	if (input_had_newline(f->in)) { /* it stands right behind the line */
		buf_add(out, f->line.data, f->line.len + 1);
	} else {
		buf_add_span(out, f->line);
		buf_add_char(out, '\n');
	}
	count_out(f, f->line.len + 1);
}

void filter_annotate(struct filter *f, const char *key, struct span json)
{
	struct buf *out = out_buffer(f->c);
	size_t before = out->len;

	assert(f->in_record);
	record_splice(f->record, key, json, out);
	count_out(f, out->len - before);
}

void filter_emit(struct filter *f, struct span json)
{
	struct buf *out = out_buffer(f->c);

	buf_add_span(out, json);
	buf_add_char(out, '\n');
	count_out(f, json.len + 1);
}

static void reject(struct filter *f, enum reject_code code, const char *message)
{
	f->rejected = true;
	if (rejects_add(f->rejects, input_name(f->in), input_line_number(f->in), reject_code_name(code), message,
			f->line, &f->err) != 0)
		f->strict_stop = f->err.code == EX_BADDATA; /* the loop stops; else the dead letter failed */
}

void filter_reject(struct filter *f, enum reject_code code, const char *fmt, ...)
{
	struct err text = ERR_INIT;
	va_list ap;

	assert(f->in_record);
	if (f->rejected)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text.text, sizeof text.text, fmt, ap); /* a long message is cut */
	va_end(ap);
	reject(f, code, text.text);
}

void filter_found(struct filter *f)
{
	f->found = true;
}

const char *filter_where(struct filter *f)
{
	buf_clear(&f->where);
	buf_addf(&f->where, "%s:%lld", input_name(f->in), (long long)input_line_number(f->in));
	return buf_cstr(&f->where);
}

struct cli *filter_cli(struct filter *f)
{
	return f->c;
}

/* ---- statistics ---- */

void stats_print(struct cli *c, struct span members)
{
	struct buf line = BUF_INIT(1 << 20);
	struct err ignored = ERR_INIT;

	buf_addf(&line, "{\"kind\":\"stats\",\"tool\":\"%s\"", cli_tool(c));
	if (members.len) {
		buf_add_char(&line, ',');
		buf_add_span(&line, members);
	}
	buf_add_cstr(&line, "}\n");
	progress_clear(&c->progress);
	if (file_write_all(STDERR_FILENO, buf_span(&line), &ignored) != 0)
		err_clear(&ignored); /* nobody to tell */
	buf_release(&line);
}

static void print_stats(void *ctx)
{
	struct filter *f = ctx;
	struct buf members = BUF_INIT(1 << 20);

	buf_addf(&members,
		 "\"records\":%lld,\"rejected\":%lld,\"blank\":%lld,\"control\":%lld,\"emitted\":%llu,"
		 "\"bytes_in\":%llu,\"bytes_out\":%llu",
		 (long long)f->records, (long long)rejects_count(f->rejects), (long long)f->blanks,
		 (long long)f->controls, (unsigned long long)f->emitted, (unsigned long long)input_bytes(f->in),
		 (unsigned long long)f->c->out.bytes);
	rejects_add_stats(f->rejects, &members);
	if (f->ops->stats)
		f->ops->stats(f->ctx, &members);
	stats_print(f->c, buf_span(&members));
	buf_release(&members);
}

static void tick(void *ctx)
{
	struct filter *f = ctx;

	if (f->c->progress.on)
		progress_tick(&f->c->progress, input_bytes(f->in), (uint64_t)f->records, clock_ticks_ms());
}

/* ---- steps ---- */

/* 0 if all is well. A callback's -1 without an error, and an error with 0, both stop. */
static int checked(struct filter *f, int rc)
{
	if (rc != 0 && !f->err.code)
		err_set(&f->err, EX_BUG, "a step failed without saying why");
	return f->err.code ? -1 : 0;
}

static int call(struct filter *f, int (*step)(void *ctx, struct filter *f, struct err *e))
{
	return step ? checked(f, step(f->ctx, f, &f->err)) : 0;
}

/* Everything that was said so far has left the process: with it the state may be saved. */
static int flush(struct filter *f)
{
	if (call(f, f->ops->idle) != 0)
		return -1;
	out_flush(f->c);
	return out_failed(f->c) && !out_pipe_gone(f->c) ? -1 : 0; /* told by cli_main */
}

static int flush_and_save(struct filter *f)
{
	if (flush(f) != 0 || call(f, f->ops->save) != 0)
		return -1;
	out_flush(f->c); /* what save let go */
	return 0;
}

static int idle(void *ctx, struct err *e)
{
	struct filter *f = ctx;

	if (call(f, f->ops->idle) == 0)
		return 0;
	*e = f->err;
	return -1;
}

static int barrier(struct filter *f)
{
	if (flush_and_save(f) != 0)
		return -1;
	filter_pass(f);
	out_flush(f->c);
	return 0;
}

static int control_line(struct filter *f)
{
	f->controls++;
	if (span_starts(f->line, "{\"_barrier\":"))
		return barrier(f);
	if (f->ops->control)
		return f->ops->control(f->ctx, f, f->record, &f->err);
	filter_pass(f);
	return 0;
}

static bool is_blank(struct span line)
{
	return line.len == 0 || ((unsigned char)line.data[0] <= ' ' && span_trim(line).len == 0);
}

static void blank_line(struct filter *f)
{
	f->blanks++;
	if (!cli_common(f->c)->strict)
		return;
	f->records++; /* as a record that is rejected */
	reject(f, REJECT_BLANK, "a blank line");
}

static void broken_line(struct filter *f, enum reject_code why)
{
	struct err broken = f->err;

	err_clear(&f->err);
	reject(f, why, broken.text);
}

static int parsed_line(struct filter *f)
{
	int rc;

	f->in_record = true;
	if (span_starts(f->line, "{\"_")) {
		rc = control_line(f);
	} else {
		f->records++;
		rc = f->ops->record(f->ctx, f, f->record, &f->err);
	}
	f->in_record = false;
	f->at_record = checked(f, rc) != 0;
	return f->at_record ? -1 : 0;
}

static int one_line(struct filter *f)
{
	enum reject_code why = REJECT_NONE;

	f->rejected = false;
	if (is_blank(f->line)) {
		blank_line(f);
	} else if (record_parse(f->record, f->line.data, f->line.len, &why, &f->err) != 0) {
		f->records++;
		broken_line(f, why);
	} else {
		return parsed_line(f);
	}
	return f->err.code ? -1 : 0;
}

static int too_long(struct filter *f)
{
	struct err text = ERR_INIT;

	f->records++;
	err_set(&text, EX_BADDATA, "longer than %zu bytes (--max-record)", cli_common(f->c)->max_record);
	reject(f, REJECT_TOO_LONG, text.text);
	return f->err.code ? -1 : 0;
}

/* An input that cannot be read is told; the next one is tried. Other errors stop. */
static int read_error(struct filter *f, const struct err *e)
{
	if (f->err.code)
		return -1; /* it was a callback's */
	if (cli_common(f->c)->strict) {
		f->err = *e;
		return -1;
	}
	(void)msg_err(f->c, NULL, e); /* the code is kept as `unreadable` */
	f->unreadable = true;
	return 0;
}

enum outcome { OUTCOME_END, OUTCOME_STOPPED, OUTCOME_PIPE_GONE, OUTCOME_FAILED };

static enum outcome read_all(struct filter *f)
{
	struct err e = ERR_INIT;

	for (;;) {
		int rc = 0;

		switch (input_line(f->in, &f->line, &e)) {
		case INPUT_LINE:
			rc = one_line(f);
			break;
		case INPUT_TOO_LONG:
			rc = too_long(f);
			break;
		case INPUT_ERROR:
			rc = read_error(f, &e);
			err_clear(&e);
			break;
		case INPUT_FILE_END:
			break;
		case INPUT_END:
			return OUTCOME_END;
		case INPUT_STOPPED:
			return OUTCOME_STOPPED;
		}
		if (rc != 0 || (out_failed(f->c) && !out_pipe_gone(f->c)))
			return OUTCOME_FAILED;
		if (out_pipe_gone(f->c) && !f->drain)
			return OUTCOME_PIPE_GONE;
	}
}

static int wind_up(struct filter *f, enum outcome how)
{
	struct err stopped;

	if (how == OUTCOME_FAILED && !f->strict_stop)
		return -1;
	if (how == OUTCOME_FAILED) { /* what came before the rejected record is done and stays done */
		stopped = f->err;
		err_clear(&f->err);
		if (flush_and_save(f) == 0)
			f->err = stopped;
		return -1;
	}
	if (how == OUTCOME_END && call(f, f->ops->finish) != 0)
		return -1;
	return flush_and_save(f);
}

static int exit_code(struct filter *f, int rejects)
{
	if (f->err.code)
		return f->err.code;
	if (rejects == EX_IO)
		return EX_IO;
	if (f->unreadable)
		return EX_UNREADABLE;
	if (rejects != EX_DONE)
		return rejects;
	return f->found && cli_common(f->c)->exit_status ? EX_FOUND : EX_DONE;
}

static void tell_error(struct filter *f)
{
	/* A position in the error is one of another document; a strict stop names its own. */
	const char *where = f->at_record && !f->strict_stop && !f->err.line ? filter_where(f) : NULL;

	(void)msg_err(f->c, where, &f->err); /* the code is taken from f->err */
}

static int run(struct filter *f)
{
	const struct common_options *o = cli_common(f->c);
	struct progress_surroundings s = {.terminal = f->c->stderr_tty, .quiet = o->quiet,
					  .term = cli_getenv("TERM"), .ci = cli_getenv("CI")};
	int64_t accepted;
	int rejects;

	progress_start(&f->c->progress, cli_tool(f->c), o->progress, &s, input_total_bytes(f->in), clock_ticks_ms());
	if (wind_up(f, read_all(f)) != 0 && f->err.code)
		tell_error(f);
	progress_clear(&f->c->progress);
	if (o->stats)
		print_stats(f);
	accepted = f->records - rejects_count(f->rejects);
	msg(f->c, MSG_INFO, NULL, "%lld records read, %llu written", (long long)f->records,
	    (unsigned long long)f->emitted);
	rejects = rejects_close(f->rejects, accepted);
	return exit_code(f, rejects);
}

int filter_run(struct cli *c, const struct filter_ops *ops, void *ctx)
{
	struct filter f = {.c = c, .ops = ops, .ctx = ctx, .where = BUF_INIT(1 << 16)};
	struct err e = ERR_INIT;
	int code;

	assert(cli_command(c)->common & CLI_FILTER);
	f.drain = (cli_command(c)->common & CLI_DRAIN) != 0;
	f.rejects = rejects_open(c, &e);
	if (!f.rejects)
		return msg_err(c, NULL, &e);
	if (ops->save || f.drain)
		signals_catch_pipe();
	f.record = record_new(cli_common(c)->max_record);
	f.in = input_open(c, cli_common(c)->max_record);
	input_on_idle(f.in, idle, &f);
	input_on_read(f.in, tick, &f);
	input_on_stats(f.in, print_stats, &f);
	code = run(&f);
	input_close(f.in);
	record_free(f.record);
	buf_release(&f.where);
	return code;
}
