/*
 * The model and its file.
 */
#include "aiops-triage/classify/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

const char *model_task_name(enum model_task t)
{
	return t == MODEL_CLASS ? "class" : "severity";
}

void model_init(struct model *m)
{
	*m = (struct model){0};
	lexicon_init(&m->lexicon);
}

void model_release(struct model *m)
{
	for (int t = 0; t < MODEL_TASKS; t++) {
		for (size_t i = 0; i < LABELS_MAX; i++)
			free(m->parts[t].labels[i]);
		linear_release(&m->parts[t].linear);
	}
	lexicon_release(&m->lexicon);
	memset(m, 0, sizeof *m);
}

struct said model_say(struct model *m, enum model_task t, struct span text)
{
	struct model_part *p = &m->parts[t];
	struct said s = {0};
	struct bag b = {0};
	size_t label;

	if (!p->linear.labels)
		return s;
	bag_read(&b, &m->lexicon, false, text);
	label = linear_apply(&p->linear, &b, &s.score, NULL);
	s.label = span_cstr(p->labels[label]);
	s.score = calibration_apply(&p->calibration, s.score);
	for (size_t i = 0; i < b.n; i++)
		s.familiar |=
			b.items[i].word < p->linear.words && p->linear.idf[b.items[i].word] > 0;
	bag_release(&b);
	return s;
}

/* ---- writing ---- */

/* Five significant digits, in the shortest form. */
static void add_number(struct buf *out, double x)
{
	double scale = x != 0 ? pow(10, 4 - floor(log10(fabs(x)))) : 1;

	num_add_double(out, x != 0 ? round(x * scale) / scale : 0);
}

static void write_calibration(const struct calibration *c, struct buf *out)
{
	buf_addf(out, "calibration %s %zu", calibration_name(c->method), c->n);
	if (c->method == CALIBRATION_PLATT) {
		buf_add_char(out, ' ');
		add_number(out, c->a);
		buf_add_char(out, ' ');
		add_number(out, c->b);
	}
	for (size_t i = 0; c->method == CALIBRATION_ISOTONIC && i < c->n_knots; i++) {
		buf_add_char(out, ' ');
		add_number(out, c->at[i]);
		buf_add_char(out, ' ');
		add_number(out, c->rate[i]);
	}
	buf_add_char(out, '\n');
}

static void write_word(const struct linear *l, size_t id, struct span word, struct buf *out)
{
	buf_add_cstr(out, "word ");
	for (size_t i = 0; i < word.len; i++)
		buf_add_char(out, word.data[i] == ' ' ? '_' : word.data[i]);
	buf_add_char(out, ' ');
	add_number(out, l->idf[id]);
	for (size_t c = 0; c < l->labels; c++) {
		buf_add_char(out, ' ');
		add_number(out, l->weights[id * l->labels + c]);
	}
	buf_add_char(out, '\n');
}

static void write_part(const struct model *m, enum model_task t, struct buf *out)
{
	const struct model_part *p = &m->parts[t];

	if (!p->linear.labels)
		return;
	buf_addf(out, "task %s %zu\n", model_task_name(t), p->examples);
	for (size_t i = 0; i < p->linear.labels; i++) {
		buf_addf(out, "label %s ", p->labels[i]);
		add_number(out, p->linear.bias[i]);
		buf_add_char(out, '\n');
	}
	write_calibration(&p->calibration, out);
	for (struct map_entry *en = map_next(&m->lexicon.ids, NULL); en;
	     en = map_next(&m->lexicon.ids, en)) {
		size_t id = (size_t)en->value.num - 1;

		if (id < p->linear.words && p->linear.idf[id] > 0)
			write_word(&p->linear, id, span_of(en->key, en->key_len), out);
	}
}

void model_add_digest(struct span text, char hex[static DIGEST_HEX + 1])
{
	struct digest d = digest_of(&text, 1);

	digest_hex(&d, hex);
}

void model_write(const struct model *m, struct buf *out)
{
	char hex[DIGEST_HEX + 1];
	size_t from = out->len;

	buf_addf(out, "%s%d\n", MODEL_MAGIC, MODEL_VERSION);
	for (int t = 0; t < MODEL_TASKS; t++)
		write_part(m, (enum model_task)t, out);
	if (buf_overflowed(out))
		return;
	model_add_digest(span_of(out->data + from, out->len - from), hex);
	buf_addf(out, "sha256 %s\n", hex);
}
