#include "aiops-ingest/maps/jqmap.h"

#include <stdlib.h>

#include "aiops-ingest/maps/jqmap_format.h"
#include "base/file.h"
#include "base/mem.h"

/* A programme is one argument of jq, which Linux limits to 128 KiB. */
enum { MAX_FILE = 64 << 10, MAX_RULES = 16, MAX_SCALES = 16, MAX_WORDS = 64, MAX_TESTS = 16 };

/* The header while it is read. */
struct header {
	struct jqmap *map;
	struct span key; /* of the line at hand and those that go on from it */
	struct buf fields, example, source, summary;
	struct err *e;
	size_t line;
};

static int bad(struct header *h, const char *what)
{
	return err_set_at(h->e, EX_BADCONFIG, h->line, 1, "%.*s: %s", (int)h->key.len, h->key.data,
			  what);
}

static struct span next_word(struct span *rest)
{
	size_t n = 0;
	struct span word;

	*rest = span_trim(*rest);
	while (n < rest->len && rest->data[n] != ' ')
		n++;
	word = span_of(rest->data, n);
	*rest = span_of(rest->data + n, rest->len - n);
	return word;
}

/* ---- the keys ---- */

static int take_name(struct header *h, struct span value)
{
	if (h->map->name)
		return bad(h, "given twice");
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return bad(h, "small letters, digits and '-' only");
	}
	if (value.len == 0 || value.len > 40)
		return bad(h, "1 to 40 characters");
	h->map->name = mem_dup(value.data, value.len);
	return 0;
}

static int take_rule(struct header *h, struct shape_rule **rules, size_t *n, size_t *cap,
		     struct span value)
{
	struct err why = ERR_INIT;

	if (*n == MAX_RULES)
		return bad(h, "too many of these lines");
	mem_grow(*rules, *cap, *n + 1);
	if (shape_rule_parse(value, &(*rules)[*n], &why) != 0)
		return bad(h, why.text);
	if ((*rules)[(*n)++].n > MAX_TESTS)
		return bad(h, "too many conditions");
	return 0;
}

static int take_cut(struct header *h, struct span value)
{
	for (int c = 0; c < CUT_COUNT; c++) {
		if (!span_is(value, cut_path((enum cut)c)))
			continue;
		h->map->format.cuts |= CUT_BIT(c);
		return 0;
	}
	return bad(h, "documents cannot be cut there");
}

static int take_word(struct header *h, struct jqmap_scale *s, struct span pair)
{
	const char *equals = pair.len > 0 ? memchr(pair.data, '=', pair.len) : NULL;
	struct label w;

	if (!equals)
		return bad(h, "not NAME word=severity ...");
	w.name = span_of(pair.data, (size_t)(equals - pair.data));
	w.value = span_of(equals + 1, (size_t)(pair.data + pair.len - equals - 1));
	if (severity_from_name(w.value) == SEVERITY_UNKNOWN && !span_is(w.value, "unknown"))
		return bad(h, "a severity is critical, high, medium, low, info or unknown");
	if (s->n == MAX_WORDS)
		return bad(h, "too many words");
	mem_grow(s->words, s->cap, s->n + 1);
	s->words[s->n++] = w;
	return 0;
}

static int take_scale(struct header *h, struct span value)
{
	struct jqmap *m = h->map;
	struct span name = next_word(&value);
	struct jqmap_scale *s;

	if (m->n_scales == MAX_SCALES)
		return bad(h, "too many of these lines");
	for (size_t i = 0; i < m->n_scales; i++)
		if (span_eq(m->scales[i].name, name))
			return bad(h, "there is a scale of that name above");
	mem_grow(m->scales, m->cap_scales, m->n_scales + 1);
	s = &m->scales[m->n_scales++];
	*s = (struct jqmap_scale){.name = name};
	do {
		if (take_word(h, s, next_word(&value)) != 0)
			return -1;
		value = span_trim(value);
	} while (value.len > 0);
	return 0;
}

static void add_line(struct buf *to, struct span value)
{
	buf_add_span(to, value);
	buf_add_char(to, '\n');
}

static int take_key(struct header *h, struct span value)
{
	struct jqmap *m = h->map;

	if (span_is(h->key, "Name"))
		return take_name(h, value);
	if (span_is(h->key, "Sniff"))
		return take_rule(h, &m->sure, &m->n_sure, &m->cap_sure, value);
	if (span_is(h->key, "Maybe"))
		return take_rule(h, &m->maybe, &m->n_maybe, &m->cap_maybe, value);
	if (span_is(h->key, "Cut"))
		return take_cut(h, value);
	if (span_is(h->key, "Scale"))
		return take_scale(h, value);
	if (span_is(h->key, "Summary"))
		buf_add_span(&h->summary, value);
	else if (span_is(h->key, "Source"))
		add_line(&h->source, value);
	else if (!span_is(h->key, "Fields") && !span_is(h->key, "Example"))
		return bad(h, "no key of a map's header");
	return 0;
}

/* A line that goes on from a key: "#   text". */
static int take_more(struct header *h, struct span text)
{
	if (span_is(h->key, "Fields"))
		add_line(&h->fields, text);
	else if (span_is(h->key, "Example"))
		add_line(&h->example, text);
	else if (span_is(h->key, "Source"))
		add_line(&h->source, text);
	else
		return bad(h, "goes on over a second line");
	return 0;
}

/* ---- the header ---- */

/* line: behind its '#'. */
static int take_line(struct header *h, struct span line)
{
	const char *colon;

	if (span_trim(line).len == 0)
		return 0;
	if (span_starts(line, "   "))
		return take_more(h, span_of(line.data + 3, line.len - 3));
	colon = memchr(line.data, ':', line.len);
	if (*line.data != ' ' || !colon)
		return err_set_at(h->e, EX_BADCONFIG, h->line, 1,
				  "a line of the header is '# Key: text' or '#   more'");
	h->key = span_trim(span_of(line.data, (size_t)(colon - line.data)));
	return take_key(h,
			span_trim(span_of(colon + 1, line.len - (size_t)(colon - line.data) - 1)));
}

/* Comment lines at the top, up to the first that is none. */
static int read_header(struct header *h, struct span text)
{
	while (text.len > 0 && *text.data == '#') {
		const char *newline = memchr(text.data, '\n', text.len);
		size_t n = newline ? (size_t)(newline - text.data) : text.len;

		h->line++;
		if (n > 1 && take_line(h, span_of(text.data + 1, n - 1)) != 0)
			return -1;
		n += newline ? 1 : 0;
		text = span_of(text.data + n, text.len - n);
	}
	h->map->programme = text.data;
	h->map->header_lines = h->line;
	return 0;
}

static int check_header(struct header *h)
{
	struct jqmap *m = h->map;

	if (!m->name || h->summary.len == 0)
		return err_set(h->e, EX_BADCONFIG, "the header lacks %s",
			       m->name ? "Summary" : "Name");
	if (format_find(span_cstr(m->name)) || span_is(span_cstr(m->name), "auto"))
		return err_set(h->e, EX_BADCONFIG, "'%s' is the name of a format of its own",
			       m->name);
	if (span_trim(span_cstr(m->programme)).len == 0)
		return err_set(h->e, EX_BADCONFIG, "no programme behind the header");
	return 0;
}

/* A column of fields as the native formats have it. */
static void add_indented(struct buf *out, struct buf *lines)
{
	const char *p = buf_cstr(lines);

	while (*p) {
		const char *end = strchr(p, '\n');

		buf_add_cstr(out, "  ");
		buf_add(out, p, (size_t)(end - p) + 1);
		p = end + 1;
	}
}

static void settle(struct header *h)
{
	struct jqmap *m = h->map;
	struct buf explain = BUF_INIT(2 * MAX_FILE);

	add_indented(&explain, &h->fields);
	if (h->source.len > 0)
		buf_addf(&explain, "%ssource: %s", h->fields.len ? "\n" : "", buf_cstr(&h->source));
	buf_addf(&explain, "map: %s\n", m->path);
	m->explain = buf_take(&explain);
	m->summary = buf_take(&h->summary);
	m->example = buf_take(&h->example);
	m->format.name = m->name;
	m->format.summary = m->summary;
	m->format.explain = m->explain;
	m->format.example = m->example;
	m->format.framing = FRAME_DOCUMENTS;
	m->format.cuts |= CUT_BIT(CUT_ARRAY);
	jqmap_format_fill(m);
}

int jqmap_read(const char *path, bool own, struct jqmap **out, struct err *e)
{
	struct header h = {.map = mem_zalloc(sizeof *h.map),
			   .fields = BUF_INIT(MAX_FILE),
			   .example = BUF_INIT(MAX_FILE),
			   .source = BUF_INIT(MAX_FILE),
			   .summary = BUF_INIT(200),
			   .e = e};
	int rc = -1;

	h.map->own = own;
	h.map->path = mem_dupz(path);
	buf_init(&h.map->text, MAX_FILE);
	if (file_read(path, &h.map->text, e) != 0)
		goto out;
	if (memchr(buf_cstr(&h.map->text), '\0', h.map->text.len)) {
		err_set(e, EX_BADCONFIG, "a NUL byte");
		goto out;
	}
	if (read_header(&h, buf_span(&h.map->text)) != 0 || check_header(&h) != 0)
		goto out;
	settle(&h);
	*out = h.map;
	h.map = NULL;
	rc = 0;
out:
	jqmap_free(h.map);
	buf_release(&h.fields);
	buf_release(&h.example);
	buf_release(&h.source);
	buf_release(&h.summary);
	return rc;
}

static void rules_free(struct shape_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		shape_rule_release(&rules[i]);
	free(rules);
}

void jqmap_free(struct jqmap *m)
{
	if (!m)
		return;
	rules_free(m->sure, m->n_sure);
	rules_free(m->maybe, m->n_maybe);
	for (size_t i = 0; i < m->n_scales; i++)
		free(m->scales[i].words);
	free(m->scales);
	buf_release(&m->text);
	free(m->path);
	free(m->name);
	free(m->summary);
	free(m->explain);
	free(m->example);
	free(m);
}

/* ---- what the header is for ---- */

static bool any_holds(const struct shape_rule *rules, size_t n, const struct record *r)
{
	for (size_t i = 0; i < n; i++)
		if (shape_rule_holds(&rules[i], r))
			return true;
	return false;
}

enum sniff jqmap_sniff(const struct jqmap *m, enum cut cut, const struct record *r)
{
	if (cut != CUT_ROOT && !(m->format.cuts & CUT_BIT(cut)))
		return SNIFF_NO;
	if (any_holds(m->sure, m->n_sure, r))
		return SNIFF_YES;
	return any_holds(m->maybe, m->n_maybe, r) ? SNIFF_MAYBE : SNIFF_NO;
}

static bool word_is(struct span word, struct span s)
{
	if (word.len != s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char a = word.data[i], b = s.data[i];

		if (a == '_' && b == ' ')
			continue;
		if (!span_eq_nocase(span_of(&a, 1), span_of(&b, 1)))
			return false;
	}
	return true;
}

bool jqmap_severity(const struct jqmap *m, struct span scale, struct span word, enum severity *out)
{
	word = span_trim(word);
	for (size_t i = 0; i < m->n_scales; i++) {
		const struct jqmap_scale *s = &m->scales[i];

		if (scale.data && !span_eq(s->name, scale))
			continue;
		for (size_t k = 0; k < s->n; k++) {
			if (!word_is(s->words[k].name, word))
				continue;
			*out = severity_from_name(s->words[k].value);
			return true;
		}
		return false;
	}
	return false;
}
