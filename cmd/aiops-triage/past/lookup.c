/*
 * Past incidents like a text.
 */
#include "aiops-triage/past/lookup.h"

#include <math.h>
#include <string.h>

#include "aiops-triage/knowledge/knowledge.h"
#include "aiops-triage/past/similar.h"
#include "aiops-triage/past/vectors.h"
#include "base/file.h"
#include "record/jsonw.h"

#define TEXT_MAX_BYTES (1u << 20)

/* What holds for all matches. */
struct lookup {
	int64_t age_s;
	const char *vectors; /* "off", "used", "down", "none" */
};

static void write_lines(struct jsonw *w, const char *key, struct span lines)
{
	jsonw_key(w, key);
	jsonw_array(w);
	while (lines.len) {
		const char *lf = memchr(lines.data, '\n', lines.len);
		size_t n = lf ? (size_t)(lf - lines.data) : lines.len;

		jsonw_string(w, span_of(lines.data, n));
		lines = span_of(lines.data + n + (lf != NULL), lines.len - n - (lf != NULL));
	}
	jsonw_array_end(w);
}

static void write_cause(struct jsonw *w, const struct past *p)
{
	jsonw_key(w, "cause");
	jsonw_object(w);
	jsonw_member(w, "component", past_text(p, PAST_COMPONENT));
	jsonw_member(w, "class", past_text(p, PAST_CLASS));
	jsonw_member(w, "text", past_text(p, PAST_CAUSE));
	jsonw_object_end(w);
}

static void write_json(const struct past *p, double score, const struct lookup *l, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "id", past_text(p, PAST_ID));
	jsonw_member(&w, "title", past_text(p, PAST_TITLE));
	jsonw_member_double(&w, "score", round(score * 1000) / 1000);
	jsonw_member(&w, "date", past_text(p, PAST_DATE));
	write_lines(&w, "services", past_text(p, PAST_SERVICES));
	write_cause(&w, p);
	jsonw_member(&w, "first_action", past_text(p, PAST_FIRST_ACTION));
	jsonw_member(&w, "worked", past_text(p, PAST_WORKED));
	jsonw_member(&w, "runbook", past_text(p, PAST_RUNBOOK));
	jsonw_member_i64(&w, "index_age_s", l->age_s);
	jsonw_member(&w, "embeddings", span_cstr(l->vectors));
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

static void write_row(const struct past *p, double score, struct buf *out)
{
	buf_addf(out, "%5.2f  ", score);
	term_line(out, past_text(p, PAST_ID));
	buf_add_cstr(out, "  ");
	term_line(out, past_text(p, PAST_TITLE));
	buf_add_char(out, '\n');
	if (past_text(p, PAST_WORKED).len) {
		buf_add_cstr(out, "       worked: ");
		term_line(out, past_text(p, PAST_WORKED));
		buf_add_char(out, '\n');
	}
}

/* The operands as one text, or standard input for "-". */
static int read_text(struct cli *c, struct buf *text, struct err *e)
{
	size_t n;
	char *const *words = cli_operands(c, &n);

	if (n == 0)
		return err_set(e, EX_BADUSAGE, "similar needs a text, or - for standard input");
	if (n == 1 && strcmp(words[0], "-") == 0)
		return file_read("-", text, e);
	for (size_t i = 0; i < n; i++) {
		buf_add_cstr(text, words[i]);
		buf_add_char(text, ' ');
	}
	return 0;
}

static int answer(struct cli *c, const struct knowledge *k, struct span text, struct err *e)
{
	const struct lookup_options *o = cli_options(c);
	struct question q = {.text = text};
	struct match found[MATCHES_MAX];
	struct buf line = BUF_INIT(1u << 20);
	struct lookup l;
	size_t n = 0;

	if (similar_find(k->index, &k->history, &q, found, (size_t)o->top, &n, e) != 0)
		return e->code;
	l = (struct lookup){knowledge_index_age_s(k, c), index_vector_use(k->index)};
	if (*index_vector_error(k->index))
		msg(c, MSG_WARNING, NULL, "embeddings: %s; words alone decide",
		    index_vector_error(k->index));
	for (size_t i = 0; i < n; i++) {
		const struct past *p = &k->history.items[found[i].past];

		buf_clear(&line);
		if (o->format == LOOKUP_TEXT)
			write_row(p, found[i].score, &line);
		else
			write_json(p, found[i].score, &l, &line);
		out_write(c, buf_span(&line));
	}
	if (o->format == LOOKUP_TEXT) {
		buf_clear(&line);
		buf_addf(&line, "(of %zu past incidents, read %lld s ago; embeddings %s)\n",
			 index_documents(k->index), (long long)l.age_s, l.vectors);
		out_write(c, buf_span(&line));
	}
	buf_release(&line);
	if (n == 0)
		msg(c, MSG_INFO, NULL, "none of %zu past incidents is similar",
		    index_documents(k->index));
	return n && cli_common(c)->exit_status ? EX_FOUND : EX_DONE;
}

int lookup_run(struct cli *c)
{
	const struct lookup_options *o = cli_options(c);
	struct buf text = BUF_INIT(TEXT_MAX_BYTES);
	struct err e = ERR_INIT;
	struct knowledge k;
	int code = EX_DONE;

	knowledge_init(&k);
	if (read_text(c, &text, &e) == 0 && knowledge_past(&k, c, &o->history, &o->past, &e) == 0) {
		if (k.index)
			code = answer(c, &k, buf_span(&text), &e);
		else
			err_set(&e, EX_BADUSAGE,
				"similar needs past incidents: --history, or an index (aiops-triage"
				" index)");
	}
	if (e.code)
		code = msg_err(c, NULL, &e);
	buf_release(&text);
	knowledge_release(&k);
	return code;
}
