#include "aiops-ingest/formats/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

void csv_row_release(struct csv_row *row)
{
	free(row->cells);
	*row = (struct csv_row){NULL};
}

/* ---- cells ---- */

/* Bytes of the cell at the front; *open: s begins inside of its quotes, and later that they do not
 * end. */
static size_t cell_len(struct span s, char separator, bool *open)
{
	size_t n = 0;

	if (*open || (s.len > 0 && *s.data == '"')) {
		n = *open ? 0 : 1;
		*open = true;
		for (; n < s.len && *open; n++) {
			if (s.data[n] != '"')
				continue;
			if (n + 1 < s.len && s.data[n + 1] == '"')
				n++;
			else
				*open = false;
		}
	}
	while (!*open && n < s.len && s.data[n] != separator)
		n++;
	return n;
}

bool csv_is_open(struct span s, char separator, bool open)
{
	for (;;) {
		size_t n = cell_len(s, separator, &open);

		if (open || n >= s.len)
			return open;
		s = span_of(s.data + n + 1, s.len - n - 1);
	}
}

static int read_cell(struct span raw, struct arena *words, struct span *out, struct err *e)
{
	struct span inside;
	size_t kept = 0;
	char *to;

	*out = raw;
	if (raw.len == 0 || *raw.data != '"')
		return 0;
	if (raw.len < 2 || raw.data[raw.len - 1] != '"')
		return err_set(e, EX_BADDATA, "a quoted cell with something behind its quotes");
	inside = span_of(raw.data + 1, raw.len - 2);
	*out = inside;
	if (!memchr(inside.data, '"', inside.len))
		return 0;
	*out = arena_keep(words, inside);
	to = (char *)out->data; /* our own copy */
	for (size_t i = 0; i < inside.len; i++) {
		if (inside.data[i] == '"' && (i + 1 == inside.len || inside.data[++i] != '"'))
			return err_set(e, EX_BADDATA,
				       "a quoted cell with something behind its quotes");
		to[kept++] = inside.data[i];
	}
	out->len = kept;
	return 0;
}

int csv_cut(struct span s, char separator, struct arena *words, struct csv_row *out, struct err *e)
{
	out->n = 0;
	for (;;) {
		bool open = false;
		size_t n = cell_len(s, separator, &open);
		struct span cell;

		if (read_cell(span_of(s.data, n), words, &cell, e) != 0)
			return -1;
		mem_grow(out->cells, out->cap, out->n + 1);
		out->cells[out->n++] = cell;
		if (n >= s.len)
			return 0;
		s = span_of(s.data + n + 1, s.len - n - 1);
	}
}

char csv_separator(struct span header)
{
	static const char candidates[] = ",;\t|";
	size_t best = 0;
	char found = ',';

	for (const char *c = candidates; *c; c++) {
		size_t n = 0;

		for (size_t i = 0; i < header.len; i++)
			n += header.data[i] == *c;
		if (n > best) {
			best = n;
			found = *c;
		}
	}
	return found;
}

/* ---- columns ---- */

/* Names in lower case, with _ for spaces, dashes and dots. */
static const struct column {
	const char *name;
	enum target target;
} columns[] = {
	{"kind", TARGET_KIND},
	{"timestamp", TARGET_TIMESTAMP},
	{"@timestamp", TARGET_TIMESTAMP},
	{"time", TARGET_TIMESTAMP},
	{"_time", TARGET_TIMESTAMP},
	{"ts", TARGET_TIMESTAMP},
	{"date", TARGET_TIMESTAMP},
	{"datetime", TARGET_TIMESTAMP},
	{"event_time", TARGET_TIMESTAMP},
	{"id", TARGET_SOURCE_ID},
	{"source_id", TARGET_SOURCE_ID},
	{"uid", TARGET_SOURCE_ID},
	{"signal", TARGET_SIGNAL},
	{"status", TARGET_STATUS},
	{"severity", TARGET_SEVERITY},
	{"level", TARGET_SEVERITY},
	{"log_level", TARGET_SEVERITY},
	{"loglevel", TARGET_SEVERITY},
	{"priority", TARGET_SEVERITY},
	{"name", TARGET_NAME},
	{"metric", TARGET_NAME},
	{"metric_name", TARGET_NAME},
	{"alertname", TARGET_NAME},
	{"alert", TARGET_NAME},
	{"title", TARGET_TITLE},
	{"summary", TARGET_TITLE},
	{"description", TARGET_DESCRIPTION},
	{"value", TARGET_VALUE},
	{"unit", TARGET_UNIT},
	{"threshold", TARGET_THRESHOLD},
	{"condition", TARGET_CONDITION},
	{"starts_at", TARGET_STARTS_AT},
	{"ends_at", TARGET_ENDS_AT},
	{"trace_id", TARGET_TRACE_ID},
	{"span_id", TARGET_SPAN_ID},
	{"message", TARGET_BODY},
	{"msg", TARGET_BODY},
	{"body", TARGET_BODY},
	{"log", TARGET_BODY},
	{"content", TARGET_BODY},
};

static char folded(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 0x20);
	return c == ' ' || c == '-' || c == '.' ? '_' : c;
}

static const struct column *known_column(struct span name)
{
	name = span_trim(name);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		size_t at = 0;

		while (at < name.len && columns[i].name[at] &&
		       folded(name.data[at]) == columns[i].name[at])
			at++;
		if (at == name.len && !columns[i].name[at])
			return &columns[i];
	}
	return NULL;
}

static bool is_name(struct span s)
{
	enum { LONGEST = 60 };

	s = span_trim(s);
	if (s.len == 0 || s.len > LONGEST || (*s.data >= '0' && *s.data <= '9'))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!s.data[i] || strchr("<>{}[]=:\"'?!", s.data[i]))
			return false;
	return true;
}

size_t csv_known_columns(const struct csv_row *header, bool *has_time)
{
	size_t known = 0;

	*has_time = false;
	for (size_t i = 0; i < header->n; i++) {
		const struct column *c = known_column(header->cells[i]);

		if (!is_name(header->cells[i]))
			return 0;
		known += c != NULL;
		*has_time |= c && c->target == TARGET_TIMESTAMP;
	}
	return known;
}

/* ---- rules ---- */

/* The path of a column for record_get, in which dots and backslashes are escaped. */
static const char *path_of(struct span column, struct arena *words)
{
	struct buf path = BUF_INIT(column.len * 2 + 1);
	struct span kept;

	for (size_t i = 0; i < column.len; i++) {
		if (column.data[i] == '.' || column.data[i] == '\\')
			buf_add_char(&path, '\\');
		buf_add_char(&path, column.data[i]);
	}
	buf_add_char(&path, '\0');
	kept = arena_keep(words, buf_span(&path));
	buf_release(&path);
	return kept.data;
}

static bool has_target(const struct mapping *m, enum target t)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->rules[i].target == t)
			return true;
	return false;
}

static bool uses_path(const struct mapping *m, const char *path)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->rules[i].path && strcmp(m->rules[i].path, path) == 0)
			return true;
	return false;
}

static bool promotes(const struct aliases *aliases, struct span name)
{
	struct label label = {name, SPAN("x")};
	struct promoted p = promote(aliases, &label, 1);

	return p.service.data || p.host.data || p.env.data || p.layer.data || p.component.data;
}

static struct span folded_copy(struct span name, struct arena *words)
{
	struct span copy = arena_keep(words, span_trim(name));

	for (size_t i = 0; i < copy.len; i++)
		((char *)copy.data)[i] = folded(copy.data[i]); /* our own copy */
	return copy;
}

static void add_column(struct mapping *m, struct span name, const struct aliases *aliases,
		       struct arena *words)
{
	const struct column *c = known_column(name);
	struct map_rule rule = {.path = path_of(name, words), .name = name};
	struct span folded_name = folded_copy(name, words);

	if (uses_path(m, rule.path))
		return; /* a rule that was given says what it is */
	if (c && !has_target(m, c->target)) {
		rule.target = c->target;
		rule.name = SPAN_NONE;
	} else {
		rule.target = TARGET_LABEL;
		if (!promotes(aliases, name) && promotes(aliases, folded_name))
			rule.name = folded_name;
		else if (!promotes(aliases, name))
			rule.target = TARGET_ANNOTATION;
	}
	m->rules[m->n++] = rule;
}

/* What the columns together are of. */
static const char *kind_of(const struct mapping *m)
{
	if (has_target(m, TARGET_VALUE))
		return "metric";
	if (has_target(m, TARGET_BODY))
		return "log";
	if (has_target(m, TARGET_STATUS) &&
	    (has_target(m, TARGET_NAME) || has_target(m, TARGET_TITLE)))
		return "alert";
	return NULL;
}

/* A series' name is one of its labels, and so of what tells it from others. */
static void add_name_label(struct mapping *m, const char *kind)
{
	struct map_rule rule = {.target = TARGET_LABEL};

	if (strcmp(kind, "log") == 0)
		return;
	rule.name = strcmp(kind, "metric") == 0 ? SPAN("__name__") : SPAN("alertname");
	for (size_t i = 0; i < m->n; i++) {
		if (m->rules[i].target == TARGET_LABEL && span_eq(m->rules[i].name, rule.name))
			return;
		if (m->rules[i].target == TARGET_NAME)
			rule.path = m->rules[i].path;
	}
	if (rule.path)
		m->rules[m->n++] = rule;
}

static int check_header(const struct csv_row *header, struct err *e)
{
	struct map seen;
	int rc = 0;

	map_init(&seen);
	for (size_t i = 0; i < header->n && rc == 0; i++) {
		bool added;
		struct span name = header->cells[i];

		(void)map_put(&seen, name, &added);
		if (name.len == 0)
			rc = err_set(e, EX_BADDATA, "column %zu has no name", i + 1);
		else if (!added)
			rc = err_set(e, EX_BADDATA, "column '%.*s' stands twice",
				     (int)(name.len < 60 ? name.len : 60), name.data);
	}
	map_release(&seen);
	return rc;
}

int csv_rules(const struct csv_row *header, const struct mapping *given,
	      const struct aliases *aliases, struct arena *words, struct mapping *out,
	      struct err *e)
{
	size_t n_given = given ? given->n : 0;
	struct mapping m = {.rules = mem_array(NULL, n_given + header->n + 2, sizeof *m.rules)};
	const char *kind;

	if (check_header(header, e) != 0)
		goto fail;
	if (n_given > 0)
		memcpy(m.rules, given->rules, n_given * sizeof *m.rules);
	m.n = n_given;
	for (size_t i = 0; i < header->n; i++)
		add_column(&m, header->cells[i], aliases, words);
	kind = kind_of(&m);
	if (kind)
		add_name_label(&m, kind);
	if (!has_target(&m, TARGET_KIND)) {
		if (!kind) {
			err_set(e, EX_BADDATA,
				"not sure what its rows are: name it with --map kind=log, "
				"kind=metric, ...");
			goto fail;
		}
		m.rules[m.n++] = (struct map_rule){TARGET_KIND, SPAN_NONE, NULL, span_cstr(kind)};
	}
	*out = m;
	return 0;
fail:
	mapping_release(&m);
	return -1;
}
