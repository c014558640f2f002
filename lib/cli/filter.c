/*
 * The loop of every filter. The order of things at each point is the contract:
 *
 *	record      reject, or the tool's callback; with -u a flush
 *	barrier     what the tool holds back, flush, sync a file, save, the line itself, flush
 *	wait        what the tool holds back (group commits), flush
 *	end         finish, flush, save      (output before state: after a crash
 *	signal      flush, save               records come twice rather than never)
 *	pipe gone   save, then die by SIGPIPE
 */
#include "cli/filter.h"

#include <assert.h>

#include "cli/clock.h"
#include "cli/filter_impl.h"
#include "cli/out.h"
#include "cli/signals.h"

static void tick(void *ctx)
{
	struct filter *f = ctx;

	input_progress_tick(f->c, f->in, f->records);
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

/* After a loss of power the state must not be newer than the output. */
static int sync_file(struct filter *f)
{
	out_sync(f->c);
	return out_failed(f->c) && !out_pipe_gone(f->c) ? -1 : 0;
}

static int save(struct filter *f)
{
	if (call(f, f->ops->save) != 0)
		return -1;
	out_flush(f->c); /* what save let go */
	return 0;
}

static int flush_and_save(struct filter *f)
{
	return flush(f) != 0 ? -1 : save(f);
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
	if (flush(f) != 0 || sync_file(f) != 0 || save(f) != 0)
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
	filter_reject_line(f, REJECT_BLANK, "a blank line");
}

static void broken_line(struct filter *f, enum reject_code why)
{
	struct err broken = f->err;

	err_clear(&f->err);
	filter_reject_line(f, why, broken.text);
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

/* The line is not blank. */
static bool is_text(const struct filter *f)
{
	return f->ops->text && (f->ops->text_only || span_trim(f->line).data[0] != '{');
}

static int text_line(struct filter *f)
{
	f->records++;
	f->at_record = checked(f, f->ops->text(f->ctx, f, f->line, &f->err)) != 0;
	return f->at_record ? -1 : 0;
}

static int one_line(struct filter *f)
{
	enum reject_code why = REJECT_NONE;

	f->rejected = false;
	if (is_blank(f->line)) {
		blank_line(f);
	} else if (is_text(f)) {
		return text_line(f);
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
	err_set(&text, EX_BADDATA, "longer than %zu bytes (--max-record)",
		cli_common(f->c)->max_record);
	filter_reject_line(f, REJECT_TOO_LONG, text.text);
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
	/* What came before the rejected record is done and stays done. */
	if (how == OUTCOME_FAILED) {
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
	const char *where =
		f->at_record && !f->strict_stop && !f->err.line ? filter_where(f) : NULL;

	(void)msg_err(f->c, where, &f->err); /* the code is taken from f->err */
}

static int run(struct filter *f)
{
	const struct common_options *o = cli_common(f->c);
	int64_t accepted;
	int rejects;

	input_progress_begin(f->c, f->in);
	if (wind_up(f, read_all(f)) != 0 && f->err.code)
		tell_error(f);
	input_progress_end(f->c);
	if (o->stats)
		filter_print_stats(f);
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
	record_watch(f.record, ops->watch, ops->n_watch, ops->n_watch_key);
	f.in = input_open(c, cli_common(c)->max_record);
	input_on_idle(f.in, idle, &f);
	input_on_read(f.in, tick, &f);
	input_on_stats(f.in, filter_print_stats, &f);
	code = run(&f);
	input_close(f.in);
	record_free(f.record);
	buf_release(&f.where);
	return code;
}
