#include "aiops-ingest/run.h"

#include <string.h>

#include "aiops-ingest/feed.h"
#include "aiops-ingest/fitting.h"
#include "aiops-ingest/live/live.h"
#include "aiops-ingest/maps/jqmap_find.h"
#include "aiops-ingest/outlet.h"
#include "aiops-ingest/prepare.h"
#include "cli/filter.h"
#include "cli/input.h"

enum { PAUSE_MS = 250 }; /* a line that may go on is held back no longer than this */

struct run {
	struct cli *c;
	struct outlet outlet;
	struct prepared prepared;
	struct feed *feed;
	struct input *in;
	struct err err;
};

static void on_read(void *ctx)
{
	struct run *r = ctx;

	input_progress_tick(r->c, r->in, feed_counts(r->feed)->records);
}

static int on_pause(void *ctx, struct err *e)
{
	struct run *r = ctx;
	int rc = feed_flush(r->feed, e);

	outlet_pause(&r->outlet);
	return rc;
}

/* ---- statistics ---- */

static void print_stats(void *ctx)
{
	struct run *r = ctx;

	outlet_stats(&r->outlet, feed_counts(r->feed), input_bytes(r->in));
}

/* ---- the loop ---- */

enum outcome { OUTCOME_END, OUTCOME_STOPPED, OUTCOME_FAILED };

static int read_error(struct run *r, struct err *e)
{
	if (cli_common(r->c)->strict) {
		r->err = *e;
		return -1;
	}
	(void)msg_err(r->c, NULL, e); /* the code is kept as `unreadable` */
	r->outlet.unreadable = true;
	err_clear(e);
	return 0;
}

/* Hands one chunk to the feed, which is told when its file begins. */
static int take_chunk(struct run *r, struct span chunk, bool *open)
{
	if (!*open)
		feed_begin(r->feed, input_name(r->in));
	*open = true;
	return feed_bytes(r->feed, chunk, &r->err);
}

static int end_file(struct run *r, bool *open)
{
	bool was_open = *open;

	*open = false;
	return was_open ? feed_end(r->feed, &r->err) : 0;
}

static enum outcome read_all(struct run *r)
{
	struct err e = ERR_INIT;
	struct span chunk;
	bool open = false;

	for (;;) {
		int rc = 0;

		switch (input_chunk(r->in, &chunk, &e)) {
		case INPUT_LINE:
			rc = take_chunk(r, chunk, &open);
			break;
		case INPUT_FILE_END:
			rc = end_file(r, &open);
			break;
		case INPUT_ERROR:
			rc = end_file(r, &open) != 0 || read_error(r, &e) != 0 ? -1 : 0;
			break;
		case INPUT_END:
			return OUTCOME_END;
		default:
			return OUTCOME_STOPPED;
		}
		if (rc != 0 || out_failed(r->c))
			return OUTCOME_FAILED;
	}
}

/* On a signal what is held back goes out; a document that is half read is not, it will come again.
 */
static void wind_up(struct run *r, enum outcome how)
{
	struct err second = ERR_INIT;

	if (how == OUTCOME_STOPPED && feed_flush(r->feed, &r->err) != 0)
		how = OUTCOME_FAILED;
	if (how == OUTCOME_FAILED && r->outlet.strict_stop && feed_flush(r->feed, &second) != 0)
		msg(r->c, MSG_INFO, NULL, "%s", second.text); /* the first reject is what is told */
	out_flush(r->c);
}

static int run_feed(struct run *r)
{
	const struct ingest_counts *n = feed_counts(r->feed);

	input_progress_begin(r->c, r->in);
	wind_up(r, read_all(r));
	input_progress_end(r->c);
	if (r->err.code)
		(void)msg_err(r->c, NULL, &r->err); /* outlet_close takes the code */
	if (cli_common(r->c)->stats)
		print_stats(r);
	return outlet_close(&r->outlet, n, &r->err);
}

static int read_inputs(struct run *r)
{
	struct sink sink = outlet_sink(&r->outlet);
	int code;

	outlet_attach(&r->outlet, &r->prepared);
	r->feed = feed_new(r->prepared.format, &r->prepared.opt, &sink, cli_env(r->c));
	r->in = input_open(r->c, r->prepared.opt.max_record);
	input_on_pause(r->in, PAUSE_MS, on_pause, r);
	input_on_read(r->in, on_read, r);
	input_on_stats(r->in, print_stats, r);
	code = run_feed(r);
	input_close(r->in);
	feed_free(r->feed);
	return code;
}

/* The words of --explain-format. -1: no such format, or the aliases cannot be read. */
static int explain_words(struct cli *c, const char *name, const struct jqmap_set *maps,
			 struct buf *out, struct err *e)
{
	const struct format *f = format_named(maps, name);
	struct aliases *own = NULL, *aliases;

	if (strcmp(name, "auto") == 0) {
		formats_explain_auto(out);
		return 0;
	}
	if (!f && strcmp(name, "aliases") != 0)
		return err_set(e, EX_BADUSAGE, "unknown format '%s'; --list-formats shows them",
			       name);
	if (prepare_aliases(c, &own, e) != 0)
		return -1;
	aliases = own ? own : aliases_new();
	if (f)
		format_explain(f, aliases, out);
	else
		aliases_explain(aliases, out);
	aliases_free(aliases);
	return 0;
}

static int explain(struct cli *c, const char *name)
{
	struct jqmap_set *maps = jqmap_find(c);
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT(1 << 20);
	int rc = explain_words(c, name, maps, &out, &e);

	if (rc == 0)
		out_write(c, buf_span(&out));
	buf_release(&out);
	jqmap_set_free(maps);
	return rc == 0 ? EX_DONE : msg_err(c, NULL, &e);
}

static int list(struct cli *c)
{
	struct jqmap_set *maps = jqmap_find(c);
	struct buf out = BUF_INIT(1 << 18);

	formats_list(maps, &out);
	jqmap_set_free(maps);
	out_write(c, buf_span(&out));
	buf_release(&out);
	return EX_DONE;
}

static int ingest(struct cli *c)
{
	struct run r = {.c = c};
	struct err e = ERR_INIT;
	int code;

	if (prepare(c, &r.prepared, &e) != 0 ||
	    outlet_open(&r.outlet, c, &r.prepared.tallies, &e) != 0)
		code = msg_err(c, NULL, &e);
	else
		code = read_inputs(&r);
	prepared_release(&r.prepared);
	return code;
}

int ingest_run(struct cli *c)
{
	const struct ingest_cli_options *o = cli_options(c);
	struct err e = ERR_INIT;

	if (o->list)
		return list(c);
	if (o->explain)
		return explain(c, o->explain);
	if (fitting_check(c, &e) != 0)
		return msg_err(c, NULL, &e);
	return live_is_wanted(c) ? live_run(c) : ingest(c);
}
