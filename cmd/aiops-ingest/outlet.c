#include "aiops-ingest/outlet.h"

#include "cli/rejects.h"

static void put_line(struct cli *c, struct span line)
{
	out_write(c, line);
	out_write(c, SPAN("\n"));
	if (cli_common(c)->unbuffered)
		out_flush(c);
}

static void on_emit(void *ctx, struct span line)
{
	put_line(((struct outlet *)ctx)->c, line);
}

static void on_control(void *ctx, struct span line, bool barrier)
{
	struct outlet *o = ctx;

	if (barrier)
		out_flush(o->c);
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
	*o = (struct outlet){.c = c, .where = BUF_INIT(1 << 13), .tallies = tallies};
	o->rejects = rejects_open(c, e);
	return o->rejects ? 0 : -1;
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

int outlet_close(struct outlet *o, const struct ingest_counts *n, const struct err *failure)
{
	int rejects;

	if (n->findings > 0)
		msg(o->c, MSG_WARNING, NULL, "%lld of %lld records break the schema",
		    (long long)n->findings, (long long)n->records);
	msg(o->c, MSG_INFO, NULL, "%lld records written", (long long)n->records);
	rejects = rejects_close(o->rejects, n->records);
	buf_release(&o->where);
	return exit_code(o, n, failure->code, rejects);
}
