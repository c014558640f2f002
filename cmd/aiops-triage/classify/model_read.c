/*
 * The model's file, read: whatever stands in it, the model is whole or not there.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/classify/model.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"

struct reader {
	struct model *model;
	struct model_part *part; /* NULL before the first task */
	size_t line;
	size_t cap_words; /* of the part */
	struct err *e;
};

static int bad(struct reader *r, const char *why)
{
	return err_set_at(r->e, EX_BADCONFIG, r->line, 1, "%s", why);
}

/* The next word of *rest, which loses it; empty at the end. */
static struct span take(struct span *rest)
{
	const char *space = rest->len ? memchr(rest->data, ' ', rest->len) : NULL;
	size_t n = space ? (size_t)(space - rest->data) : rest->len;
	struct span word = span_of(rest->data, n);

	*rest = span_of(rest->data + n + (space != NULL), rest->len - n - (space != NULL));
	return word;
}

static int take_number(struct reader *r, struct span *rest, double *out)
{
	if (num_parse_double(take(rest), out, r->e) == 0)
		return 0;
	err_clear(r->e);
	return bad(r, "a number is expected");
}

static int take_count(struct reader *r, struct span *rest, size_t *out)
{
	int64_t n;

	if (num_parse_i64(take(rest), 0, INT64_C(1) << 40, &n, r->e) != 0) {
		err_clear(r->e);
		return bad(r, "a count is expected");
	}
	*out = (size_t)n;
	return 0;
}

static int read_task(struct reader *r, struct span rest)
{
	struct span name = take(&rest);

	r->part = NULL;
	for (int t = 0; t < MODEL_TASKS; t++)
		if (span_is(name, model_task_name((enum model_task)t)))
			r->part = &r->model->parts[t];
	if (!r->part || r->part->examples)
		return bad(r, "an unknown task, or one that stands there twice");
	r->cap_words = 0;
	return take_count(r, &rest, &r->part->examples);
}

static int read_label(struct reader *r, struct span rest)
{
	struct linear *l = &r->part->linear;
	struct span name = take(&rest);

	if (l->words)
		return bad(r, "a label behind the words");
	if (l->labels == LABELS_MAX || !name.len || name.len > MODEL_LABEL_BYTES)
		return bad(r, "too many labels, or a label too long");
	l->bias = mem_array(l->bias, l->labels + 1, sizeof *l->bias);
	r->part->labels[l->labels] = mem_dup(name.data, name.len);
	return take_number(r, &rest, &l->bias[l->labels++]);
}

static int read_calibration(struct reader *r, struct span rest)
{
	struct calibration *c = &r->part->calibration;
	struct span name = take(&rest);

	for (int m = 0; m <= CALIBRATION_ISOTONIC; m++)
		if (span_is(name, calibration_name((enum calibration_method)m)))
			c->method = (enum calibration_method)m;
	if (!span_is(name, calibration_name(c->method)) || take_count(r, &rest, &c->n) != 0)
		return bad(r, "an unknown calibration");
	if (c->method == CALIBRATION_PLATT)
		return take_number(r, &rest, &c->a) != 0 ? -1 : take_number(r, &rest, &c->b);
	while (c->method == CALIBRATION_ISOTONIC && rest.len) {
		size_t i = c->n_knots;

		if (i == CALIBRATE_KNOTS)
			return bad(r, "too many points");
		if (take_number(r, &rest, &c->at[i]) != 0 ||
		    take_number(r, &rest, &c->rate[i]) != 0)
			return -1;
		if (i && (!(c->at[i] > c->at[i - 1]) || c->rate[i] < c->rate[i - 1]))
			return bad(r, "points that do not rise");
		c->n_knots++;
	}
	return c->method == CALIBRATION_ISOTONIC && !c->n_knots ? bad(r, "no points") : 0;
}

/* Room for words up to id, the new ones 0. */
static void grow_words(struct reader *r, size_t id)
{
	struct linear *l = &r->part->linear;
	size_t cap = r->cap_words;

	while (cap <= id)
		cap = cap ? 2 * cap : 1024;
	if (cap > r->cap_words) {
		l->idf = mem_array(l->idf, cap, sizeof *l->idf);
		l->weights = mem_array(l->weights, cap * l->labels, sizeof *l->weights);
		memset(l->idf + r->cap_words, 0, (cap - r->cap_words) * sizeof *l->idf);
		memset(l->weights + r->cap_words * l->labels, 0,
		       (cap - r->cap_words) * l->labels * sizeof *l->weights);
		r->cap_words = cap;
	}
	if (l->words <= id)
		l->words = id + 1;
}

static int read_word(struct reader *r, struct span rest)
{
	struct linear *l = &r->part->linear;
	struct span name = take(&rest);
	char *word = mem_dup(name.data ? name.data : "", name.len);
	size_t id;

	for (size_t i = 0; i < name.len; i++)
		word[i] = word[i] == '_' ? ' ' : word[i];
	id = name.len && l->labels ? lexicon_add(&r->model->lexicon, span_of(word, name.len))
				   : SIZE_MAX;
	free(word);
	if (id == SIZE_MAX)
		return bad(r, "a word before the labels, or too many words");
	grow_words(r, id);
	if (take_number(r, &rest, &l->idf[id]) != 0)
		return -1;
	for (size_t c = 0; c < l->labels; c++)
		if (take_number(r, &rest, &l->weights[id * l->labels + c]) != 0)
			return -1;
	return rest.len ? bad(r, "too many numbers") : 0;
}

static int read_line(struct reader *r, struct span line)
{
	struct span word = take(&line);

	if (span_is(word, "task"))
		return read_task(r, line);
	if (!r->part)
		return bad(r, "a line before the first task");
	if (span_is(word, "label"))
		return read_label(r, line);
	if (span_is(word, "calibration"))
		return read_calibration(r, line);
	if (span_is(word, "word"))
		return read_word(r, line);
	return bad(r, "an unknown line");
}

static int check_version(struct span text, struct err *e)
{
	struct span line = text, version;
	const char *end = memchr(text.data, '\n', text.len);

	if (!span_starts(text, MODEL_MAGIC) || !end)
		return err_set(e, EX_BADCONFIG, "this is no model of aiops-triage");
	line.len = (size_t)(end - text.data);
	version =
		span_of(line.data + sizeof(MODEL_MAGIC) - 1, line.len - (sizeof(MODEL_MAGIC) - 1));
	if (span_is(version, "1"))
		return 0;
	return err_set(e, EX_BADCONFIG,
		       "the model has version '%.*s', known here is %d: train it again",
		       (int)(version.len < 20 ? version.len : 20), version.data, MODEL_VERSION);
}

/* The last line is the digest of those above: *body is these. */
static int check_digest(struct model *m, struct span text, struct span *body, struct err *e)
{
	const size_t tail = sizeof "sha256 " - 1 + DIGEST_HEX + 1;

	if (text.len > tail) {
		*body = span_of(text.data, text.len - tail);
		model_add_digest(*body, m->digest);
		if (memcmp(body->data + body->len, "sha256 ", sizeof "sha256 " - 1) == 0 &&
		    memcmp(body->data + body->len + sizeof "sha256 " - 1, m->digest, DIGEST_HEX) ==
			    0 &&
		    text.data[text.len - 1] == '\n')
			return 0;
	}
	return err_set(e, EX_BADCONFIG,
		       "the model is damaged: its checksum is not that of its lines");
}

int model_read(struct model *m, struct span text, struct err *e)
{
	struct reader r = {.model = m, .line = 1, .e = e};
	struct span body;

	if (!text.len)
		return err_set(e, EX_BADCONFIG, "this is no model of aiops-triage");
	if (check_version(text, e) != 0 || check_digest(m, text, &body, e) != 0)
		return -1;
	for (size_t at = 0; at < body.len; r.line++) {
		const char *end = memchr(body.data + at, '\n', body.len - at);
		size_t n = end ? (size_t)(end - body.data) - at : body.len - at;

		if (r.line > 1 && read_line(&r, span_of(body.data + at, n)) != 0)
			return -1;
		at += n + 1;
	}
	return 0;
}

int model_load(struct model *m, const char *path, struct err *e)
{
	struct buf text = BUF_INIT(MODEL_MAX_BYTES);
	int rc = file_read(path, &text, e);

	if (rc == 0)
		rc = model_read(m, buf_span(&text), e);
	if (rc != 0)
		err_prefix(e, "%s", path);
	buf_release(&text);
	return rc;
}
