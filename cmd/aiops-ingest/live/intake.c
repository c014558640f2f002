#include "aiops-ingest/live/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-ingest/feed.h"
#include "base/digest.h"
#include "base/mem.h"

enum { NAME_DIGITS = 12 };

struct intake {
	const struct ingest_options *opt;
	const struct env *env;
	struct sink outer;
	struct intake_feed {
		const struct format *format; /* NULL: by shape */
		struct feed *feed;
	} * feeds; /* made when first asked for */
	size_t n_feeds, cap_feeds;
	struct delivery *now; /* being read */
	const char *name;
	struct err failure;
};

void delivery_init(struct delivery *d, size_t max_events_bytes)
{
	*d = (struct delivery){0};
	buf_init(&d->events, max_events_bytes);
}

void delivery_release(struct delivery *d)
{
	buf_release(&d->events);
	for (size_t i = 0; i < d->n_rejects; i++)
		free(d->rejects[i].message);
	d->n_rejects = 0;
}

/* ---- where the feed's output goes ---- */

static void on_emit(void *ctx, struct span line)
{
	struct delivery *d = ((struct intake *)ctx)->now;

	d->records++;
	buf_add_span(&d->events, line);
	buf_add_char(&d->events, '\n');
}

static int on_reject(void *ctx, const char *input, int64_t line, const char *code,
		     const char *message, struct span raw, struct err *e)
{
	struct intake *in = ctx;
	struct delivery *d = in->now;
	struct err why = ERR_INIT;

	if (d->n_rejects < DELIVERY_REJECTS) {
		struct refusal *r = &d->rejects[d->n_rejects++];

		r->line = line;
		(void)snprintf(r->code, sizeof r->code, "%s", code); /* codes are short words */
		r->message = mem_dupz(message);
	}
	d->rejected++;
	if (in->outer.reject(in->outer.ctx, input, line, code, message, raw, &why) == 0 ||
	    why.code == EX_BADDATA)
		return 0;
	*e = why;
	return -1;
}

static void on_control(void *ctx, struct span line, bool barrier)
{
	struct intake *in = ctx;

	(void)barrier;
	if (!in->failure.code && on_reject(ctx, in->name, 1, "control",
					   "a control line, which is not taken from the network",
					   line, &in->failure) != 0)
		return; /* the failure is kept */
}

static void on_warn(void *ctx, const char *input, int64_t line, const char *message)
{
	struct intake *in = ctx;

	in->outer.warn(in->outer.ctx, input, line, message);
}

/* ---- feeds ---- */

static struct feed *new_feed(struct intake *in, const struct format *format)
{
	struct sink sink = {in, on_emit, on_control, on_reject, on_warn};

	return feed_new(format, in->opt, &sink, in->env);
}

struct intake *intake_new(const struct ingest_options *opt, const struct sink *sink,
			  const struct env *env)
{
	struct intake *in = mem_zalloc(sizeof *in);

	in->opt = opt;
	in->env = env;
	in->outer = *sink;
	return in;
}

void intake_free(struct intake *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->n_feeds; i++)
		feed_free(in->feeds[i].feed);
	free(in->feeds);
	free(in);
}

static struct feed *feed_for(struct intake *in, const struct format *format)
{
	for (size_t i = 0; i < in->n_feeds; i++)
		if (in->feeds[i].format == format)
			return in->feeds[i].feed;
	mem_grow(in->feeds, in->cap_feeds, in->n_feeds + 1);
	in->feeds[in->n_feeds] = (struct intake_feed){format, new_feed(in, format)};
	return in->feeds[in->n_feeds++].feed;
}

int intake_read(struct intake *in, const struct format *format, struct span body,
		struct delivery *d, struct err *e)
{
	struct feed *f = feed_for(in, format);
	struct digest digest = digest_of(&body, 1);
	char hex[DIGEST_HEX + 1], name[sizeof "delivery-" + NAME_DIGITS];

	/* Ids of log lines are made of the input's name and the line: the same when the same body
	 * comes again, others for another body. */
	digest_hex(&digest, hex);
	(void)snprintf(name, sizeof name, "delivery-%.*s", NAME_DIGITS, hex); /* fits */
	in->now = d;
	in->name = name;
	in->failure = ERR_INIT;
	feed_begin(f, name);
	if (feed_bytes(f, body, e) != 0 || feed_end(f, e) != 0)
		return -1;
	feed_begin(f, "-"); /* lets go of the name */
	if (in->failure.code) {
		*e = in->failure;
		return -1;
	}
	if (buf_overflowed(&d->events))
		return err_set(e, EX_BADDATA, "the records would be too many");
	return 0;
}

struct ingest_counts intake_counts(const struct intake *in)
{
	struct ingest_counts sum = {0};

	for (size_t i = 0; i < in->n_feeds; i++) {
		const struct ingest_counts *n = feed_counts(in->feeds[i].feed);

		sum.records += n->records;
		sum.severity_unknown += n->severity_unknown;
		sum.findings += n->findings;
		sum.ignored += n->ignored;
	}
	return sum;
}
