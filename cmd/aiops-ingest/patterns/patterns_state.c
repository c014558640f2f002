/*
 * What --patterns remembers, as JSON and back. Times are nanoseconds in strings,
 * since JSON's numbers are read as doubles by many.
 */
#include "aiops-ingest/patterns/patterns_impl.h"

#include "base/mem.h"
#include "base/num.h"
#include "record/jsonw.h"
#include "record/members.h"

/* ---- saving ---- */

static void add_number(struct jsonw *w, int64_t n)
{
	struct buf text = BUF_INIT(32);

	buf_add_i64(&text, n);
	jsonw_string(w, buf_span(&text));
	buf_release(&text);
}

static void save_labels(struct jsonw *w, const struct series *s)
{
	const char *at = s->labels, *end = s->labels + s->labels_len;

	jsonw_key(w, "labels");
	jsonw_array(w);
	while (at < end) {
		struct span text = span_cstr(at);

		jsonw_string(w, text);
		at += text.len + 1;
	}
	jsonw_array_end(w);
}

static void save_series(struct jsonw *w, const struct series *s)
{
	jsonw_object(w);
	jsonw_member(w, "pattern", s->rule->name);
	save_labels(w, s);
	jsonw_key(w, "times");
	jsonw_array(w);
	for (size_t i = 0; i < s->n_times; i++)
		add_number(w, s->times[i]);
	jsonw_array_end(w);
	jsonw_member_bool(w, "firing", s->firing);
	if (s->source)
		jsonw_member(w, "source", span_cstr(s->source));
	jsonw_key(w, "starts_at");
	add_number(w, s->starts_at.ns);
	jsonw_member_i64(w, "starts_digits", s->starts_at.fraction);
	jsonw_key(w, "last_seen");
	add_number(w, s->last_seen.ns);
	jsonw_member_i64(w, "last_digits", s->last_seen.fraction);
	jsonw_key(w, "told");
	add_number(w, s->told_ns);
	jsonw_key(w, "matches");
	add_number(w, s->matches);
	jsonw_object_end(w);
}

void patterns_save(const struct patterns *p, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_key(&w, "watermark");
	add_number(&w, p->watermark_ns);
	jsonw_key(&w, "series");
	jsonw_array(&w);
	for (struct map_entry *en = map_next(&p->series, NULL); en; en = map_next(&p->series, en))
		save_series(&w, en->value.ptr);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
}

/* ---- restoring ---- */

static int damaged(struct err *e, const char *what)
{
	return err_set(e, EX_BADCONFIG, "not a state of --patterns, or damaged: %s", what);
}

static int read_number(struct value object, const char *key, int64_t *out, struct err *e)
{
	struct value v = value_member(object, span_cstr(key));

	if (v.type != VALUE_STRING || num_parse_i64(v.text, INT64_MIN, INT64_MAX, out, e) != 0)
		return damaged(e, key);
	return 0;
}

static int read_instant(struct value object, const char *key, const char *digits,
			struct instant *out, struct err *e)
{
	struct value v = value_member(object, span_cstr(digits));

	if (read_number(object, key, &out->ns, e) != 0)
		return -1;
	if (v.type != VALUE_NUMBER || !(v.number >= 0 && v.number <= 9))
		return damaged(e, digits);
	out->fraction = (int)v.number;
	return 0;
}

static int read_labels(struct value list, struct buf *packed, struct err *e)
{
	struct value_iter it = value_iter(list);
	struct value v;
	size_t n = 0;

	while (value_next(&it, NULL, &v)) {
		if (v.type != VALUE_STRING || v.text.len == 0 ||
		    memchr(v.text.data, '\0', v.text.len) || n++ >= 2 * SERIES_MAX_LABELS)
			return damaged(e, "labels");
		buf_add_span(packed, v.text);
		buf_add_char(packed, '\0');
	}
	return n > 0 && n % 2 == 0 ? 0 : damaged(e, "labels");
}

static int read_times(struct value list, struct series *s, struct err *e)
{
	struct value_iter it = value_iter(list);
	struct value v;

	while (value_next(&it, NULL, &v)) {
		int64_t ns;

		if (v.type != VALUE_STRING ||
		    num_parse_i64(v.text, INT64_MIN, INT64_MAX, &ns, e) != 0)
			return damaged(e, "times");
		if (s->n_times < s->rule->count) /* the pattern's count may have shrunk */
			s->times[s->n_times++] = ns;
		if (s->n_times > 1 && s->times[s->n_times - 1] < s->times[s->n_times - 2])
			return damaged(e, "times");
	}
	return 0;
}

static const struct pattern_rule *rule_named(const struct patterns *p, struct span name)
{
	for (size_t i = 0; i < p->n_rules; i++)
		if (span_eq(p->rules[i].name, name))
			return &p->rules[i];
	return NULL;
}

static int read_series(struct patterns *p, struct value v, struct buf *packed, struct err *e)
{
	const struct pattern_rule *rule = rule_named(p, value_member(v, SPAN("pattern")).text);
	struct series *s;

	if (!rule)
		return 0;
	buf_clear(packed);
	if (read_labels(value_member(v, SPAN("labels")), packed, e) != 0)
		return -1;
	s = series_get(p, rule, buf_span(packed));
	if (!s)
		return 0;
	s->n_times = 0;
	s->firing = value_member(v, SPAN("firing")).boolean;
	s->source = series_source(p, value_member(v, SPAN("source")).text);
	if (read_times(value_member(v, SPAN("times")), s, e) != 0 ||
	    read_instant(v, "starts_at", "starts_digits", &s->starts_at, e) != 0 ||
	    read_instant(v, "last_seen", "last_digits", &s->last_seen, e) != 0 ||
	    read_number(v, "told", &s->told_ns, e) != 0 ||
	    read_number(v, "matches", &s->matches, e) != 0)
		return -1;
	series_watch(p, s);
	return 0;
}

int patterns_restore(struct patterns *p, struct value saved, struct err *e)
{
	struct value_iter it = value_iter(value_member(saved, SPAN("series")));
	struct buf packed = BUF_INIT(SERIES_MAX_BYTES);
	struct value v;
	int rc;

	if (saved.type == VALUE_NONE)
		return 0;
	rc = read_number(saved, "watermark", &p->watermark_ns, e);
	while (rc == 0 && value_next(&it, NULL, &v))
		rc = read_series(p, v, &packed, e);
	buf_release(&packed);
	return rc;
}
