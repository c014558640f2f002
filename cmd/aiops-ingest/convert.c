#include "aiops-ingest/convert.h"

#include <stdlib.h>

#include "aiops-ingest/payload.h"
#include "base/mem.h"

static const struct target {
	bool (*payload)(const struct record *r, struct jsonw *w);
	const char *open, *close; /* around a batch */
	bool always;              /* around a single one, too */
} targets[] = {
	[CONVERT_ALERTMANAGER] = {payload_alertmanager, "[", "]", false},
	[CONVERT_OTLP] = {payload_otlp, "{\"resourceLogs\":[", "]}", true},
	[CONVERT_CLOUDEVENTS] = {payload_cloudevents, "[", "]", false},
};

struct converter {
	const struct target *target;
	size_t batch, gathered;
	void (*put)(void *ctx, struct span line);
	void *ctx;
	struct record *record;
	struct buf line; /* the record with padding behind it */
	struct buf out;  /* the batch */
	int64_t left_out;
};

/* A batch is no larger than this: it goes out early. */
#define BATCH_BYTES ((size_t)64 << 20)

struct converter *converter_new(enum convert_to to, size_t batch, size_t max_record,
				void (*put)(void *ctx, struct span line), void *ctx)
{
	struct converter *c = mem_zalloc(sizeof *c);

	c->target = &targets[to];
	c->batch = batch;
	c->put = put;
	c->ctx = ctx;
	c->record = record_new(max_record);
	buf_init(&c->line, max_record + RECORD_PADDING);
	buf_init(&c->out, BATCH_BYTES + max_record * 8); /* escapes, and fields that stand twice */
	return c;
}

void converter_free(struct converter *c)
{
	if (!c)
		return;
	record_free(c->record);
	buf_release(&c->line);
	buf_release(&c->out);
	free(c);
}

void converter_flush(struct converter *c)
{
	if (c->gathered == 0)
		return;
	if (c->target->always || c->batch > 1)
		buf_add_cstr(&c->out, c->target->close);
	c->put(c->ctx, buf_span(&c->out));
	buf_clear(&c->out);
	c->gathered = 0;
}

static void add_payload(struct converter *c)
{
	struct jsonw w = jsonw_to(&c->out);
	size_t before = c->out.len;

	if (c->gathered > 0)
		buf_add_char(&c->out, ',');
	else if (c->target->always || c->batch > 1)
		buf_add_cstr(&c->out, c->target->open);
	if (!c->target->payload(c->record, &w)) {
		c->out.len = before;
		c->left_out++;
		return;
	}
	c->gathered++;
	if (c->gathered >= c->batch || c->out.len >= BATCH_BYTES)
		converter_flush(c);
}

void converter_add(struct converter *c, struct span record)
{
	enum reject_code code;
	struct err e = ERR_INIT;

	buf_clear(&c->line);
	buf_add_span(&c->line, record);
	if (!buf_room(&c->line, RECORD_PADDING) ||
	    record_parse(c->record, c->line.data, c->line.len, &code, &e) != 0) {
		c->left_out++; /* records that are passed on with --validate may be anything */
		return;
	}
	add_payload(c);
}

int64_t converter_left_out(const struct converter *c)
{
	return c->left_out;
}
