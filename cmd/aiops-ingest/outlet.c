#include "aiops-ingest/outlet.h"

#include "aiops-ingest/prepare.h"
#include "aiops-ingest/run.h"
#include "cli/rejects.h"
#include "record/members.h"

enum { MAX_WATERMARK = 4096 }; /* ours have 41 bytes */

static void put_line(struct cli *c, struct span line)
{
	out_write(c, line);
	out_write(c, SPAN("\n"));
	if (cli_common(c)->unbuffered)
		out_flush(c);
}

static void put_payload(void *ctx, struct span line)
{
	put_line(((struct outlet *)ctx)->c, line);
}

static void on_emit(void *ctx, struct span line)
{
	struct outlet *o = ctx;

	if (o->converter)
		converter_add(o->converter, line);
	else
		put_line(o->c, line);
}

/* What cannot be written is told at the end, too: outlet_close tries again. */
static void save(struct outlet *o)
{
	struct err e = ERR_INIT;

	if (o->prepared && prepared_save(o->prepared, &e) != 0)
		(void)msg_err(o->c, NULL, &e); /* outlet_close takes the code */
}

/* What only time brings about goes out before the line that says what time it is. */
static void pass_time(struct outlet *o, struct span line)
{
	static const char zeros[RECORD_PADDING];
	struct buf padded = BUF_INIT(MAX_WATERMARK);
	struct record *r = record_new(MAX_WATERMARK);
	enum reject_code why;
	struct instant now;
	struct err e = ERR_INIT;

	buf_add_span(&padded, line);
	buf_add(&padded, zeros, sizeof zeros);
	if (!buf_overflowed(&padded) && record_parse(r, padded.data, line.len, &why, &e) == 0 &&
	    instant_parse(record_text(r, "_watermark"), &now, &e) == 0 &&
	    patterns_pass_time(o->prepared->patterns, now, &e) != 0 && !o->failure.code)
		o->failure = e;
	record_free(r);
	buf_release(&padded);
}

static void on_control(void *ctx, struct span line, bool barrier)
{
	struct outlet *o = ctx;

	if (barrier && o->drop_barriers)
		return;
	if (o->prepared && o->prepared->patterns && span_starts(line, "{\"_watermark\""))
		pass_time(o, line);
	if (o->converter)
		converter_flush(o->converter);
	if (barrier) {
		out_flush(o->c);
		save(o);
	}
	if (!o->converter) /* control lines are for those who read records */
		put_line(o->c, line);
	if (barrier)
		out_flush(o->c);
}

static int on_reject(void *ctx, const char *input, int64_t line, const char *code,
		     const char *message, struct span raw, struct err *e)
{
	struct outlet *o = ctx;

	if (rejects_add(o->rejects, input, line, code, message, raw, e) == 0)
		return 0;
	o->strict_stop = e->code == EX_BADDATA;
	return -1;
}

static void on_warn(void *ctx, const char *input, int64_t line, const char *message)
{
	struct outlet *o = ctx;

	buf_clear(&o->where);
	buf_addf(&o->where, "%s:%lld", input, (long long)line);
	msg(o->c, MSG_WARNING, buf_cstr(&o->where), "%s", message);
}

int outlet_open(struct outlet *o, struct cli *c, const struct tallies *tallies, struct err *e)
{
	*o = (struct outlet){
		.c = c, .where = BUF_INIT(1 << 13), .tallies = tallies, .failure = ERR_INIT};
	o->rejects = rejects_open(c, e);
	return o->rejects ? 0 : -1;
}

void outlet_attach(struct outlet *o, struct prepared *p)
{
	const struct ingest_cli_options *opt = cli_options(o->c);

	struct sink sink = outlet_sink(o);

	o->prepared = p;
	if (p->patterns)
		patterns_attach(p->patterns, &p->opt, &sink, cli_env(o->c));
	if (opt->to != CONVERT_NONE)
		o->converter = converter_new((enum convert_to)opt->to, (size_t)opt->batch,
					     p->opt.max_record, put_payload, o);
}

void outlet_barrier(void *o, struct span line)
{
	put_line(((struct outlet *)o)->c, line);
}

void outlet_pause(struct outlet *o)
{
	if (o->converter)
		converter_flush(o->converter);
}

struct sink outlet_sink(struct outlet *o)
{
	return (struct sink){o, on_emit, on_control, on_reject, on_warn};
}

void outlet_stats(struct outlet *o, const struct ingest_counts *n, uint64_t bytes_in)
{
	struct buf json = BUF_INIT(1 << 20);

	buf_addf(
		&json,
		"\"records\":%lld,\"rejected\":%lld,\"severity_unknown\":%lld,\"findings\":%lld,\"ignored\":%lld,\"bytes_in\":%llu",
		(long long)n->records, (long long)rejects_count(o->rejects),
		(long long)n->severity_unknown, (long long)n->findings, (long long)n->ignored,
		(unsigned long long)bytes_in);
	rejects_add_stats(o->rejects, &json);
	if (o->tallies)
		tallies_add_stats(o->tallies, &json);
	if (o->prepared)
		prepared_add_stats(o->prepared, &json);
	if (o->converter)
		buf_addf(&json, ",\"left_out\":%lld", (long long)converter_left_out(o->converter));
	stats_print(o->c, buf_span(&json));
	buf_release(&json);
}

static int exit_code(const struct outlet *o, const struct ingest_counts *n, int failure,
		     int rejects)
{
	if (failure)
		return failure;
	if (rejects == EX_IO)
		return EX_IO;
	if (o->unreadable)
		return EX_UNREADABLE;
	if (rejects != EX_DONE)
		return rejects;
	return n->findings > 0 ? EX_FOUND : EX_DONE;
}

static void finish_converter(struct outlet *o)
{
	if (!o->converter)
		return;
	converter_flush(o->converter);
	if (converter_left_out(o->converter) > 0)
		msg(o->c, MSG_WARNING, NULL,
		    "%lld records have no place in what --to writes: left out",
		    (long long)converter_left_out(o->converter));
	converter_free(o->converter);
	o->converter = NULL;
}

int outlet_close(struct outlet *o, const struct ingest_counts *n, const struct err *failure)
{
	int rejects, code = failure->code;
	struct err e = ERR_INIT;

	finish_converter(o);
	out_flush(o->c);
	if (o->prepared && prepared_save(o->prepared, &e) != 0 && code == 0)
		code = msg_err(o->c, NULL, &e);
	if (o->failure.code && code == 0)
		code = msg_err(o->c, NULL, &o->failure);
	if (n->findings > 0)
		msg(o->c, MSG_WARNING, NULL, "%lld of %lld records break the schema",
		    (long long)n->findings, (long long)n->records);
	msg(o->c, MSG_INFO, NULL, "%lld records written", (long long)n->records);
	rejects = rejects_close(o->rejects, n->records);
	buf_release(&o->where);
	return exit_code(o, n, code, rejects);
}
