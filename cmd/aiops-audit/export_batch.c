#include "aiops-audit/export_batch.h"

#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"
#include "record/jsonw.h"

void batch_init(struct batch *b, enum export_to to)
{
	*b = (struct batch){.to = to};
	buf_init(&b->text, (size_t)1 << 30);
}

void batch_release(struct batch *b)
{
	buf_release(&b->text);
	free(b->pieces);
}

void batch_clear(struct batch *b)
{
	buf_clear(&b->text);
	b->n = 0;
}

/* The record as logged, with its place in the log: {"log","seq","prev","hash","body_hash","salt",
 * "ts","actor"}. The body that the hashes are of is the line without `audit`. */
static void add_whole(const struct row *row, const struct record *record, struct span prev,
		      struct buf *out)
{
	struct buf audit = BUF_INIT(8192);
	struct jsonw w = jsonw_to(&audit);

	jsonw_object(&w);
	jsonw_member(&w, "log", row->log);
	jsonw_member_i64(&w, "seq", row->seq);
	jsonw_member(&w, "prev", prev);
	jsonw_member(&w, "hash", row->hash);
	jsonw_member(&w, "body_hash", row->body_hash);
	jsonw_member_opt(&w, "salt", row->salt);
	jsonw_member(&w, "ts", row->ts);
	jsonw_member(&w, "kind", row->kind);
	jsonw_member(&w, "actor", row->actor);
	if (!record)
		jsonw_member_bool(&w, "redacted", true);
	jsonw_object_end(&w);
	row_add_audited(row, record, buf_span(&audit), out);
	buf_release(&audit);
}

static void add_nanoseconds(struct buf *out, struct span ts)
{
	struct err ignored = ERR_INIT;
	struct instant at = {0};

	/* The log writes valid times; what else stands there is of the epoch. */
	if (instant_parse(ts, &at, &ignored) != 0)
		at.ns = 0;
	buf_add_i64(out, at.ns);
}

static void add_loki(struct buf *out, const struct row *row, struct span line)
{
	struct buf ns = BUF_INIT(32);
	struct jsonw w = jsonw_to(out);

	add_nanoseconds(&ns, row->ts);
	jsonw_object(&w);
	jsonw_key(&w, "stream");
	jsonw_object(&w);
	jsonw_member(&w, "job", SPAN("aiops-audit"));
	jsonw_member(&w, "kind", row->kind);
	jsonw_object_end(&w);
	jsonw_key(&w, "values");
	jsonw_array(&w);
	jsonw_array(&w);
	jsonw_string(&w, buf_span(&ns));
	jsonw_string(&w, line);
	jsonw_array_end(&w);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	buf_release(&ns);
}

static void add_bulk(struct buf *out, const struct row *row, struct span line)
{
	buf_addf(out, "{\"index\":{\"_id\":\"%.*s-%lld\"}}\n", (int)row->log.len, row->log.data,
		 (long long)row->seq);
	buf_add_span(out, line);
	buf_add_char(out, '\n');
}

void batch_add(struct batch *b, const struct row *row, const struct record *record,
	       struct span prev)
{
	struct buf line = BUF_INIT((size_t)256 << 20);
	struct piece piece = {.seq = row->seq, .at = b->text.len};

	if (b->to == EXPORT_CSV) {
		row_add_csv(row, record, &b->text);
	} else {
		add_whole(row, record, prev, &line);
		line.len--; /* the newline */
		if (b->to == EXPORT_LOKI) {
			add_loki(&b->text, row, buf_span(&line));
		} else if (b->to == EXPORT_ELASTICSEARCH) {
			add_bulk(&b->text, row, buf_span(&line));
		} else {
			buf_add_span(&b->text, buf_span(&line));
			buf_add_char(&b->text, '\n');
		}
	}
	piece.len = b->text.len - piece.at;
	mem_grow(b->pieces, b->cap, b->n + 1);
	b->pieces[b->n++] = piece;
	buf_release(&line);
}

void batch_body(const struct batch *b, size_t from, size_t to, struct buf *out)
{
	if (b->to == EXPORT_LOKI)
		buf_add_cstr(out, "{\"streams\":[");
	for (size_t i = from; i < to; i++) {
		if (b->to == EXPORT_LOKI && i > from)
			buf_add_char(out, ',');
		buf_add(out, b->text.data + b->pieces[i].at, b->pieces[i].len);
	}
	if (b->to == EXPORT_LOKI)
		buf_add_cstr(out, "]}\n");
}

const char *batch_content_type(enum export_to to)
{
	static const char *const types[] = {"application/x-ndjson", "application/json",
					    "application/x-ndjson", "text/csv"};

	return types[to];
}
