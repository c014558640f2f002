/*
 * Records are annotated as they come. Lines of text have a header that is learned
 * from the first of them, which wait for that; with --unbuffered they do not wait, and the header
 * is what the lines so far make it.
 */
#include "aiops-triage/templates/templates.h"

#include <stdlib.h>

#include "aiops-triage/templates/mined.h"
#include "base/mem.h"
#include "cli/filter.h"
#include "record/event.h"
#include "record/jsonw.h"

/* Held lines are bounded by this too, however long they are. */
#define HELD_BYTES  (4u << 20)
#define OUT_BYTES   (16u << 20)
#define WHEN_BYTES  32
#define TEMPLATE_AT 11 /* width of the numbers in the table */

struct held {
	size_t at, len; /* in text */
	int64_t line;
};

struct templates {
	struct cli *cli;
	const struct templates_options *options;
	struct mined mined;
	struct buf text; /* of the held lines */
	struct held held[HEADER_LINES];
	size_t n_held;
	struct buf json, when;
	uint64_t without; /* records and lines that have no words */
};

/* ---- output ---- */

static void write_template(struct jsonw *w, const struct template *t)
{
	jsonw_object(w);
	jsonw_member(w, "id", span_cstr(t->id));
	jsonw_member(w, "text", span_cstr(t->text));
	jsonw_object_end(w);
}

static void emit_line(struct templates *x, struct filter *f, struct span line, int64_t number,
		      const struct template *t)
{
	struct jsonw w;

	if (x->options->format != TEMPLATES_NDJSON)
		return;
	buf_clear(&x->json);
	w = jsonw_to(&x->json);
	jsonw_object(&w);
	jsonw_member_i64(&w, "line", number);
	jsonw_key(&w, "template");
	if (t)
		write_template(&w, t);
	else
		jsonw_null(&w);
	jsonw_member(&w, "body", line);
	jsonw_object_end(&w);
	filter_emit(f, buf_span(&x->json));
}

/* ---- lines of text ---- */

static struct span without_cr(struct span line)
{
	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

static void take_line(struct templates *x, struct filter *f, struct span line, int64_t number)
{
	const struct template *t;

	buf_clear(&x->when);
	buf_addf(&x->when, "line %lld", (long long)number);
	t = mined_add(&x->mined, header_strip(&x->mined.header, line), buf_span(&x->when), line);
	x->without += t == NULL;
	emit_line(x, f, line, number, t);
}

/* What is held goes on, with the header that it has by now. */
static void let_go(struct templates *x, struct filter *f)
{
	if (x->n_held)
		header_decide(&x->mined.header);
	for (size_t i = 0; i < x->n_held; i++)
		take_line(x, f, span_of(x->text.data + x->held[i].at, x->held[i].len),
			  x->held[i].line);
	x->n_held = 0;
	buf_clear(&x->text);
	if (x->mined.header.lines >= HEADER_LINES)
		x->mined.header_decided = true;
}

static int on_text(void *ctx, struct filter *f, struct span line, struct err *e)
{
	struct templates *x = ctx;
	int64_t number = filter_line(f);

	(void)e;
	line = without_cr(line);
	if (x->mined.header_decided) {
		take_line(x, f, line, number);
		return 0;
	}
	header_learn(&x->mined.header, line);
	if (x->text.len + line.len > HELD_BYTES)
		let_go(x, f);
	x->held[x->n_held++] = (struct held){x->text.len, line.len, number};
	buf_add_span(&x->text, line);
	if (cli_common(x->cli)->unbuffered || x->mined.header.lines >= HEADER_LINES)
		let_go(x, f);
	return 0;
}

/* ---- records ---- */

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct templates *x = ctx;
	struct span body = record_kind(r) == KIND_LOG ? record_text(r, "body") : SPAN_NONE;
	const struct template *t = NULL;
	struct jsonw w;

	(void)e;
	let_go(x, f); /* in the order of the input */
	if (body.data) {
		t = mined_add(&x->mined, body, record_text(r, "timestamp"), body);
		x->without += t == NULL;
	}
	if (x->options->format != TEMPLATES_NDJSON)
		return 0;
	if (!t) {
		filter_pass(f);
		return 0;
	}
	buf_clear(&x->json);
	w = jsonw_to(&x->json);
	write_template(&w, t);
	filter_annotate(f, "template", buf_span(&x->json));
	return 0;
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct templates *x = ctx;

	(void)r;
	(void)e;
	let_go(x, f);
	if (x->options->format == TEMPLATES_NDJSON)
		filter_pass(f);
	return 0;
}

/* ---- the end ---- */

static void list_template(struct templates *x, struct filter *f, const struct template *t)
{
	struct sighting seen = mined_sighting(t);
	struct jsonw w;

	buf_clear(&x->json);
	w = jsonw_to(&x->json);
	jsonw_object(&w);
	jsonw_member_i64(&w, "count", (int64_t)t->count);
	jsonw_member(&w, "first", seen.first);
	jsonw_member(&w, "last", seen.last);
	jsonw_key(&w, "template");
	write_template(&w, t);
	jsonw_member(&w, "example", seen.example);
	jsonw_object_end(&w);
	filter_emit(f, buf_span(&x->json));
}

static void print_row(struct templates *x, const struct template *t)
{
	struct sighting seen = mined_sighting(t);

	buf_clear(&x->json);
	buf_addf(&x->json, "%*llu  %s  ", TEMPLATE_AT, (unsigned long long)t->count, t->id);
	term_line(&x->json, span_cstr(t->text));
	buf_addf(&x->json, "\n%*s  first ", TEMPLATE_AT, "");
	term_line(&x->json, seen.first);
	buf_add_cstr(&x->json, ", last ");
	term_line(&x->json, seen.last);
	buf_add_cstr(&x->json, ", e.g. ");
	term_line(&x->json, seen.example);
	buf_add_char(&x->json, '\n');
	out_write(x->cli, buf_span(&x->json));
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct templates *x = ctx;
	const struct template **all;
	size_t n;

	(void)e;
	let_go(x, f);
	x->mined.header_decided |= x->mined.header.lines > 0;
	if (x->options->format == TEMPLATES_NDJSON)
		return 0;
	all = mined_sorted(&x->mined, &n);
	for (size_t i = 0; i < n; i++) {
		if (x->options->format == TEMPLATES_LIST)
			list_template(x, f, all[i]);
		else
			print_row(x, all[i]);
	}
	free(all);
	return 0;
}

/* Before a barrier and at a signal too: nothing that was read may be lost. */
static int on_save(void *ctx, struct filter *f, struct err *e)
{
	struct templates *x = ctx;
	const char *path = cli_common(x->cli)->state;

	let_go(x, f);
	return path ? mined_write(&x->mined, path, e) : 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct templates *x = ctx;

	buf_addf(json,
		 ",\"templates\":%zu,\"mined\":%llu,\"without_words\":%llu,\"forgotten\":%llu",
		 miner_count(x->mined.miner), (unsigned long long)x->mined.lines,
		 (unsigned long long)x->without, (unsigned long long)x->mined.forgotten);
	buf_addf(json, ",\"header_columns\":%zu", x->mined.header.columns);
}

static int run(struct templates *x)
{
	static int (*const on_line[])(void *, struct filter *, struct span,
				      struct err *) = {[TEMPLATES_AUTO] = on_text,
						       [TEMPLATES_RECORDS] = NULL,
						       [TEMPLATES_LINES] = on_text};
	struct filter_ops ops = {.record = on_record,
				 .control = on_control,
				 .text = on_line[x->options->input],
				 .text_only = x->options->input == TEMPLATES_LINES,
				 .finish = on_finish,
				 .save = on_save,
				 .stats = on_stats};

	return filter_run(x->cli, &ops, x);
}

int templates_run(struct cli *c)
{
	struct templates *x = mem_zalloc(sizeof *x);
	const char *state = cli_common(c)->state;
	struct err e = ERR_INIT;
	int code;

	x->cli = c;
	x->options = cli_options(c);
	x->text = BUF_INIT(HELD_BYTES + cli_common(c)->max_record);
	x->json = BUF_INIT(OUT_BYTES + 8 * cli_common(c)->max_record);
	x->when = BUF_INIT(WHEN_BYTES);
	mined_init(&x->mined, (size_t)x->options->max_templates);
	if (state && mined_open(&x->mined, state, &e) != 0)
		code = msg_err(c, NULL, &e);
	else
		code = run(x);
	mined_release(&x->mined);
	buf_release(&x->text);
	buf_release(&x->json);
	buf_release(&x->when);
	free(x);
	return code;
}
