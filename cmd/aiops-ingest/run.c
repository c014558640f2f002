#include "aiops-ingest/run.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-ingest/feed.h"
#include "aiops-ingest/jqmap_find.h"
#include "aiops-ingest/settings.h"
#include "base/mem.h"
#include "cli/filter.h"
#include "cli/input.h"
#include "cli/rejects.h"

enum { PAUSE_MS = 250 }; /* a line that may go on is held back no longer than this */

struct run {
	struct cli *c;
	struct feed *feed;
	struct input *in;
	struct rejects *rejects;
	struct buf where;
	struct ingest_options opt;
	struct label *labels;
	struct mapping map;
	struct jqmap_set *maps;
	char *jq;
	const struct format *format; /* NULL: auto */
	bool strict_stop;            /* --strict met a reject */
	bool unreadable;
	struct err err;
};

/* ---- where the feed's output goes ---- */

static void put_line(struct cli *c, struct span line)
{
	out_write(c, line);
	out_write(c, SPAN("\n"));
	if (cli_common(c)->unbuffered)
		out_flush(c);
}

static void on_emit(void *ctx, struct span line)
{
	put_line(((struct run *)ctx)->c, line);
}

static void on_control(void *ctx, struct span line, bool barrier)
{
	struct run *r = ctx;

	if (barrier)
		out_flush(r->c);
	put_line(r->c, line);
	if (barrier)
		out_flush(r->c);
}

static int on_reject(void *ctx, const char *input, int64_t line, const char *code,
		     const char *message, struct span raw, struct err *e)
{
	struct run *r = ctx;

	if (rejects_add(r->rejects, input, line, code, message, raw, e) == 0)
		return 0;
	r->strict_stop = e->code == EX_BADDATA;
	return -1;
}

static void on_warn(void *ctx, const char *input, int64_t line, const char *message)
{
	struct run *r = ctx;

	buf_clear(&r->where);
	buf_addf(&r->where, "%s:%lld", input, (long long)line);
	msg(r->c, MSG_WARNING, buf_cstr(&r->where), "%s", message);
}

static void on_read(void *ctx)
{
	struct run *r = ctx;

	watch_tick(r->c, r->in, feed_counts(r->feed)->records);
}

static int on_pause(void *ctx, struct err *e)
{
	return feed_flush(((struct run *)ctx)->feed, e);
}

/* ---- statistics ---- */

static void print_stats(void *ctx)
{
	struct run *r = ctx;
	const struct ingest_counts *n = feed_counts(r->feed);
	struct buf json = BUF_INIT(1 << 16);

	buf_addf(
		&json,
		"\"records\":%lld,\"rejected\":%lld,\"severity_unknown\":%lld,\"findings\":%lld,\"bytes_in\":%llu",
		(long long)n->records, (long long)rejects_count(r->rejects),
		(long long)n->severity_unknown, (long long)n->findings,
		(unsigned long long)input_bytes(r->in));
	rejects_add_stats(r->rejects, &json);
	stats_print(r->c, buf_span(&json));
	buf_release(&json);
}

/* ---- settings ---- */

static const struct format *format_named(const struct jqmap_set *maps, const char *name)
{
	const struct format *f = format_find(span_cstr(name));
	const struct jqmap *m = f ? NULL : jqmap_set_find(maps, span_cstr(name));

	return m ? &m->format : f;
}

/* Maps are read when one may be needed. */
static int read_maps(struct run *r, const char *format, struct err *e)
{
	r->opt.map_timeout_ms =
		((const struct ingest_cli_options *)cli_options(r->c))->map_timeout_ms;
	if (format_find(span_cstr(format)))
		return 0;
	r->maps = jqmap_find(r->c);
	r->jq = jqmap_find_jq(r->c);
	r->opt.maps = r->maps;
	r->opt.jq = r->jq;
	if (!r->jq && jqmap_set_find(r->maps, span_cstr(format)))
		return err_set(e, EX_UNREADABLE, "format '%s' needs jq, which is not installed",
			       format);
	return 0;
}

static int read_format(struct run *r, const struct ingest_cli_options *o, struct err *e)
{
	const char *name = o->format ? o->format : "auto";

	if (o->validate && o->format && strcmp(name, "ndjson") != 0)
		return err_set(e, EX_BADUSAGE,
			       "--validate checks records: it goes with -f ndjson only");
	if (o->validate)
		name = "ndjson";
	if (o->map.n > 0 && !o->format)
		name = "ndjson";
	if (read_maps(r, name, e) != 0)
		return -1;
	if (strcmp(name, "auto") == 0)
		return 0;
	r->format = format_named(r->maps, name);
	if (!r->format)
		return err_set(e, EX_BADUSAGE, "unknown format '%s'; --list-formats shows them",
			       name);
	if (o->map.n > 0 && (r->format != &format_ndjson || o->validate))
		return err_set(e, EX_BADUSAGE, "--map goes with -f ndjson only");
	return 0;
}

static int read_labels(struct run *r, const struct ingest_cli_options *o, struct err *e)
{
	r->labels = mem_array(NULL, o->labels.n, sizeof *r->labels);
	for (size_t i = 0; i < o->labels.n; i++) {
		if (label_parse(o->labels.items[i], &r->labels[i], e) != 0)
			return -1;
		for (size_t j = 0; j < i; j++)
			if (span_eq(r->labels[i].name, r->labels[j].name))
				return err_set(e, EX_BADUSAGE, "--label '%s': given twice",
					       o->labels.items[i]);
	}
	r->opt.labels = r->labels;
	r->opt.n_labels = o->labels.n;
	return 0;
}

static int read_settings(struct run *r, struct err *e)
{
	const struct ingest_cli_options *o = cli_options(r->c);

	r->opt.source_name = o->source_name;
	r->opt.validate = o->validate;
	r->opt.strict = cli_common(r->c)->strict;
	r->opt.max_record = cli_common(r->c)->max_record;
	if (read_format(r, o, e) != 0 || read_labels(r, o, e) != 0)
		return -1;
	if (o->source_name && !*o->source_name)
		return err_set(e, EX_BADUSAGE, "--source-name is empty");
	r->opt.has_zone_offset = o->zone != NULL;
	if (o->zone && zone_parse(o->zone, &r->opt.zone_offset_s, e) != 0)
		return -1;
	if (o->map.n == 0)
		return 0;
	r->opt.map = &r->map;
	return mapping_parse(o->map.items, o->map.n, &r->map, e);
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
	r->unreadable = true;
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
	if (how == OUTCOME_FAILED && r->strict_stop && feed_flush(r->feed, &second) != 0)
		msg(r->c, MSG_INFO, NULL, "%s", second.text); /* the first reject is what is told */
	out_flush(r->c);
}

static int exit_code(const struct run *r, int rejects)
{
	if (r->err.code)
		return r->err.code;
	if (rejects == EX_IO)
		return EX_IO;
	if (r->unreadable)
		return EX_UNREADABLE;
	if (rejects != EX_DONE)
		return rejects;
	return feed_counts(r->feed)->findings > 0 ? EX_FOUND : EX_DONE;
}

static int run_feed(struct run *r)
{
	int rejects;
	int64_t records;

	watch_begin(r->c, r->in);
	wind_up(r, read_all(r));
	watch_end(r->c);
	if (r->err.code)
		(void)msg_err(r->c, NULL, &r->err); /* the code is taken from r->err */
	if (cli_common(r->c)->stats)
		print_stats(r);
	records = feed_counts(r->feed)->records;
	if (feed_counts(r->feed)->findings > 0)
		msg(r->c, MSG_WARNING, NULL, "%lld of %lld records break the schema",
		    (long long)feed_counts(r->feed)->findings, (long long)records);
	msg(r->c, MSG_INFO, NULL, "%lld records written", (long long)records);
	rejects = rejects_close(r->rejects, records);
	return exit_code(r, rejects);
}

static int ingest(struct run *r)
{
	struct sink sink = {r, on_emit, on_control, on_reject, on_warn};
	struct err e = ERR_INIT;
	int code;

	if (read_settings(r, &e) != 0)
		return msg_err(r->c, NULL, &e);
	r->rejects = rejects_open(r->c, &e);
	if (!r->rejects)
		return msg_err(r->c, NULL, &e);
	r->feed = feed_new(r->format, &r->opt, &sink, cli_env(r->c));
	r->in = input_open(r->c, r->opt.max_record);
	input_on_pause(r->in, PAUSE_MS, on_pause, r);
	input_on_read(r->in, on_read, r);
	input_on_stats(r->in, print_stats, r);
	code = run_feed(r);
	input_close(r->in);
	feed_free(r->feed);
	return code;
}

static int explain(struct cli *c, const char *name)
{
	struct jqmap_set *maps = jqmap_find(c);
	const struct format *f = format_named(maps, name);
	struct err e = ERR_INIT;
	struct aliases *aliases;
	struct buf out = BUF_INIT(1 << 16);

	if (!f && strcmp(name, "auto") != 0) {
		err_set(&e, EX_BADUSAGE, "unknown format '%s'; --list-formats shows them", name);
		jqmap_set_free(maps);
		return msg_err(c, NULL, &e);
	}
	aliases = aliases_new();
	if (f)
		format_explain(f, aliases, &out);
	else
		formats_explain_auto(&out);
	aliases_free(aliases);
	out_write(c, buf_span(&out));
	buf_release(&out);
	jqmap_set_free(maps);
	return EX_DONE;
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

int ingest_run(struct cli *c)
{
	const struct ingest_cli_options *o = cli_options(c);
	struct run r = {.c = c, .where = BUF_INIT(1 << 13)};
	int code;

	if (o->list)
		return list(c);
	if (o->explain)
		return explain(c, o->explain);
	code = ingest(&r);
	mapping_release(&r.map);
	jqmap_set_free(r.maps);
	free(r.jq);
	free(r.labels);
	buf_release(&r.where);
	return code;
}
