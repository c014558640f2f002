/* Named references: see baseline.h. */
#include "aiops-drift/compare/baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "record/jsonw.h"
#include "record/line_file.h"
#include "record/record.h"
#include "stats/moments.h"
#include "stats/quantile.h"

#define SUFFIX       ".baseline.ndjson"
#define NAME_MAX_LEN 100
#define FILE_MAX     ((size_t)256 << 20)
#define LINE_MAX_LEN ((size_t)64 << 10)

const double base_levels[BASE_QUANTILES] = {.01, .05, .1, .25, .5, .75, .9, .95, .99};

struct base base_of(struct sample *s)
{
	struct base b = {.missing = s->missing};
	struct moments m;

	sample_sort(s);
	m = moments_of(s->values, s->n);
	b.s = (struct summary){
		.n = m.n,
		.mean = m.mean,
		.variance = moments_sample_variance(&m),
		.kurtosis = kurtosis(s->values, s->n, m.mean),
		.min = m.min,
		.max = m.max,
	};
	for (size_t i = 0; i < BASE_QUANTILES; i++)
		b.quantiles[i] = quantile_sorted(s->values, s->n, base_levels[i]);
	return b;
}

void baseline_init(struct baseline *b, const char *name)
{
	*b = (struct baseline){.name = mem_dupz(name)};
	map_init(&b->by_feature);
}

void baseline_release(struct baseline *b)
{
	if (!b->name)
		return;
	for (struct map_entry *en = map_next(&b->by_feature, NULL); en;
	     en = map_next(&b->by_feature, en))
		free(en->value.ptr);
	map_release(&b->by_feature);
	free(b->name);
	b->name = NULL;
}

void baseline_add(struct baseline *b, struct span feature, const struct base *base)
{
	struct map_entry *en = map_put(&b->by_feature, feature, NULL);

	free(en->value.ptr);
	en->value.ptr = mem_alloc(sizeof *base);
	memcpy(en->value.ptr, base, sizeof *base);
}

const struct base *baseline_get(const struct baseline *b, const char *feature)
{
	struct map_entry *en = map_get(&b->by_feature, span_cstr(feature));

	return en ? en->value.ptr : NULL;
}

/* ---- files ---- */

static int file_path(const char *dir, const char *name, struct buf *out, struct err *e)
{
	size_t len = strlen(name), plain = strspn(name, "abcdefghijklmnopqrstuvwxyz"
							"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	if (len == 0 || len > NAME_MAX_LEN || plain != len || *name == '.')
		return err_set(e, EX_BADUSAGE,
			       "'%.100s' is no name of a baseline (letters, digits, . _ -)", name);
	buf_addf(out, "%s/%s" SUFFIX, dir, name);
	return 0;
}

static void write_base(struct jsonw *w, struct span feature, const struct base *b)
{
	jsonw_object(w);
	jsonw_member(w, "feature", feature);
	jsonw_member_i64(w, "n", (int64_t)b->s.n);
	jsonw_member_i64(w, "missing", (int64_t)b->missing);
	jsonw_member_double(w, "mean", b->s.mean);
	jsonw_member_double(w, "variance", b->s.variance);
	jsonw_member_double(w, "std", sqrt(b->s.variance));
	jsonw_member_double(w, "kurtosis", b->s.kurtosis);
	jsonw_member_double(w, "min", b->s.min);
	jsonw_member_double(w, "max", b->s.max);
	jsonw_key(w, "quantiles");
	jsonw_array(w);
	for (size_t i = 0; i < BASE_QUANTILES; i++)
		jsonw_double(w, b->quantiles[i]);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

int baseline_save(const struct baseline *b, const char *dir, struct err *e)
{
	struct buf text = BUF_INIT(FILE_MAX), path = BUF_INIT(8192);
	struct jsonw w = jsonw_to(&text);
	int rc = file_path(dir, b->name, &path, e);

	jsonw_object(&w);
	jsonw_member(&w, "baseline", span_cstr(b->name));
	jsonw_member_i64(&w, "version", 1);
	jsonw_member_time(&w, "date", b->date);
	jsonw_member_i64(&w, "features", (int64_t)b->by_feature.live);
	jsonw_object_end(&w);
	buf_add_char(&text, '\n');
	for (struct map_entry *en = map_next(&b->by_feature, NULL); en;
	     en = map_next(&b->by_feature, en)) {
		w = jsonw_to(&text);
		write_base(&w, span_of(en->key, en->key_len), en->value.ptr);
		buf_add_char(&text, '\n');
	}
	if (rc == 0 && (buf_overflowed(&text) || buf_overflowed(&path)))
		rc = err_set(e, EX_CANNOTCREATE, "the baseline '%s' is too large", b->name);
	if (rc == 0)
		rc = file_make_parents(buf_cstr(&path), e);
	if (rc == 0)
		rc = file_write_atomic(buf_cstr(&path), buf_span(&text), 0600, e);
	buf_release(&path);
	buf_release(&text);
	return rc;
}

static double number(const struct record *r, const char *path)
{
	struct value v = record_get(r, path);

	return v.type == VALUE_NUMBER ? v.number : NAN;
}

/* A number, or the null of one that no double holds. */
static bool is_number(const struct record *r, const char *path)
{
	enum value_type type = record_get(r, path).type;

	return type == VALUE_NUMBER || type == VALUE_NULL;
}

/* Moments that can be: NAN compares as false, and stands for those beyond the doubles. */
static bool possible(const struct record *r, const struct summary *s)
{
	return is_number(r, "mean") && is_number(r, "variance") && is_number(r, "kurtosis") &&
	       !(s->variance < 0) && !(s->kurtosis < 1) && s->min <= s->max;
}

static int read_head(struct baseline *b, const struct record *r, struct err *e)
{
	if (!(number(r, "version") > 0 && number(r, "version") < 2))
		return err_set(e, EX_BADCONFIG, "no baseline of a version that is known");
	return instant_parse(record_text(r, "date"), &b->date, e);
}

static int read_base(struct baseline *b, const struct record *r, struct err *e)
{
	struct span feature = record_text(r, "feature");
	double n = number(r, "n"), missing = number(r, "missing");
	struct value list = record_get(r, "quantiles"), v;
	struct value_iter it = value_iter(list);
	struct base base = {.s = {.mean = number(r, "mean"),
				  .variance = number(r, "variance"),
				  .kurtosis = number(r, "kurtosis"),
				  .min = number(r, "min"),
				  .max = number(r, "max")}};

	if (feature.len == 0 || !(n >= 0 && n < 1e15) || !(missing >= 0 && missing < 1e15))
		return err_set(e, EX_BADCONFIG, "no feature with counts");
	if (n > 0 && !possible(r, &base.s))
		return err_set(e, EX_BADCONFIG, "the numbers of feature '%.*s' are not possible",
			       (int)feature.len, feature.data);
	base.s.n = (uint64_t)n;
	base.missing = (uint64_t)missing;
	for (size_t i = 0; i < BASE_QUANTILES; i++)
		base.quantiles[i] =
			value_next(&it, NULL, &v) && v.type == VALUE_NUMBER ? v.number : NAN;
	baseline_add(b, feature, &base);
	return 0;
}

static int read_lines(struct baseline *b, struct line_file *file, struct record *r,
		      const char *path, struct err *e)
{
	enum reject_code why;
	struct span line;
	size_t number = 0;
	bool cut;
	int got;

	while ((got = line_file_next(file, &line, &cut, e)) > 0) {
		number++;
		if (cut || record_parse(r, line.data, line.len, &why, e) < 0 ||
		    (number == 1 ? read_head(b, r, e) : read_base(b, r, e)) < 0) {
			(void)err_set(e, EX_BADCONFIG, "the line is too long");
			e->code = EX_BADCONFIG;
			return err_prefix(e, "%s:%zu", path, number);
		}
	}
	if (got == 0 && number == 0)
		return err_set(e, EX_BADCONFIG, "%s: empty", path);
	return got;
}

int baseline_load(struct baseline *b, const char *dir, const char *name, struct err *e)
{
	struct buf path = BUF_INIT(8192);
	struct record *r = record_new(LINE_MAX_LEN);
	struct line_file *file = NULL;
	int rc;

	baseline_init(b, name);
	rc = file_path(dir, name, &path, e);
	if (rc == 0)
		file = line_file_open(buf_cstr(&path), LINE_MAX_LEN, e);
	rc = file ? read_lines(b, file, r, buf_cstr(&path), e) : -1;
	if (rc < 0)
		baseline_release(b);
	line_file_close(file);
	record_free(r);
	buf_release(&path);
	return rc;
}

int baseline_names(const char *dir, char ***names, size_t *n, struct err *e)
{
	if (file_list(dir, SUFFIX, names, n, e) < 0)
		return -1;
	for (size_t i = 0; i < *n; i++) {
		char *slash = strrchr((*names)[i], '/'), *name = slash ? slash + 1 : (*names)[i];
		char *plain = mem_dup(name, strlen(name) - (sizeof SUFFIX - 1));

		free((*names)[i]);
		(*names)[i] = plain;
	}
	return 0;
}
