#include "aiops-ingest/formats/exposition.h"

#include "aiops-ingest/formats/item.h"
#include "base/num.h"

static char peek(struct span s)
{
	return s.len > 0 ? *s.data : '\0';
}

static void skip(struct span *s, size_t n)
{
	*s = span_of(s->data + n, s->len - n);
}

static void skip_spaces(struct span *s)
{
	while (peek(*s) == ' ' || peek(*s) == '\t')
		skip(s, 1);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A name of letters, digits and colons; a label's has none of the last. */
static struct span take_name(struct span *s, bool colons)
{
	size_t n = 0;
	struct span name;

	while (n < s->len && (is_letter(s->data[n]) || (colons && s->data[n] == ':') ||
			      (n > 0 && s->data[n] >= '0' && s->data[n] <= '9')))
		n++;
	name = span_of(s->data, n);
	skip(s, n);
	return name;
}

static struct span take_word(struct span *s)
{
	size_t n = 0;
	struct span word;

	while (n < s->len && s->data[n] != ' ' && s->data[n] != '\t')
		n++;
	word = span_of(s->data, n);
	skip(s, n);
	return word;
}

/* Undoes \\, \" and \n; another escape stands for itself. */
static struct span unescape(struct span raw, struct arena *words)
{
	struct span copy;
	size_t kept = 0;
	char *to;

	if (!memchr(raw.data, '\\', raw.len))
		return raw;
	copy = arena_keep(words, raw);
	to = (char *)copy.data; /* our own copy */
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.data[i], next = i + 1 < raw.len ? raw.data[i + 1] : '\0';

		if (c == '\\' && (next == '\\' || next == '"' || next == 'n')) {
			c = next == 'n' ? '\n' : next;
			i++;
		}
		to[kept++] = c;
	}
	return span_of(to, kept);
}

/* A text in quotes at the front. */
static int take_quoted(struct span *s, struct arena *words, struct span *out, struct err *e)
{
	size_t n = 1;

	if (peek(*s) != '"')
		return err_set(e, EX_BADDATA, "a label's value without quotes");
	while (n < s->len && s->data[n] != '"')
		n += s->data[n] == '\\' ? 2 : 1;
	if (n >= s->len)
		return err_set(e, EX_BADDATA, "a text in quotes that does not end");
	*out = unescape(span_of(s->data + 1, n - 1), words);
	skip(s, n + 1);
	return 0;
}

/* One label, or the sample's name in quotes (*name, if it may stand here). */
static int take_label(struct span *s, struct arena *words, struct labelset *out, struct span *name,
		      struct err *e)
{
	struct span label, value;

	if (peek(*s) == '"') {
		if (take_quoted(s, words, &label, e) != 0)
			return -1;
	} else {
		label = take_name(s, false);
	}
	skip_spaces(s);
	if (label.len == 0)
		return err_set(e, EX_BADDATA, "a label without a name");
	if (peek(*s) != '=') {
		if (!name || name->len > 0)
			return err_set(e, EX_BADDATA, "label %.*s: no '='",
				       (int)(label.len < 60 ? label.len : 60), label.data);
		*name = label;
		return 0;
	}
	skip(s, 1);
	skip_spaces(s);
	if (take_quoted(s, words, &value, e) != 0)
		return -1;
	labelset_add(out, label, value);
	return 0;
}

static int take_labels(struct span *s, struct arena *words, struct labelset *out, struct span *name,
		       struct err *e)
{
	skip(s, 1); /* the brace */
	for (;;) {
		skip_spaces(s);
		if (peek(*s) == '}')
			break;
		if (take_label(s, words, out, name, e) != 0)
			return -1;
		skip_spaces(s);
		if (peek(*s) == ',')
			skip(s, 1);
		else if (peek(*s) != '}')
			return err_set(e, EX_BADDATA, "labels: neither ',' nor '}' behind one");
	}
	skip(s, 1);
	return 0;
}

/* Go's floats go beyond JSON's: "+5", ".5", "5.". */
static int read_value(struct span word, struct arena *words, struct span *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct buf text = BUF_INIT(64);
	double d;

	*out = reading_of(word);
	if (!out->data && word.len > 1 && *word.data == '+')
		*out = reading_of(span_of(word.data + 1, word.len - 1));
	if (out->data)
		return 0;
	if (word.len > 40 || num_parse_double(word, &d, &ignored) != 0)
		return err_set(e, EX_BADDATA, "value '%.*s' is no number",
			       (int)(word.len < 60 ? word.len : 60), word.data);
	num_add_double(&text, d);
	*out = arena_keep(words, buf_span(&text));
	buf_release(&text);
	return 0;
}

/* "# {trace_id="..."} 0.5 1700000000" */
static int read_exemplar(struct span s, struct arena *words, struct exposition_sample *out,
			 struct err *e)
{
	skip(&s, 1);
	skip_spaces(&s);
	if (peek(s) != '{')
		return err_set(e, EX_BADDATA, "exemplar: no '{'");
	if (take_labels(&s, words, &out->exemplar, NULL, e) != 0)
		return err_prefix(e, "exemplar");
	skip_spaces(&s);
	if (read_value(take_word(&s), words, &out->exemplar_value, e) != 0)
		return err_prefix(e, "exemplar");
	return 0;
}

int exposition_sample(struct span line, struct arena *words, struct exposition_sample *out,
		      struct err *e)
{
	struct span s = span_trim(line);

	out->labels.n = out->exemplar.n = 0;
	out->time = out->exemplar_value = SPAN_NONE;
	out->name = take_name(&s, true);
	skip_spaces(&s);
	if (peek(s) == '{' &&
	    take_labels(&s, words, &out->labels, out->name.len > 0 ? NULL : &out->name, e) != 0)
		return -1;
	if (out->name.len == 0)
		return err_set(e, EX_BADDATA, "no name of a metric");
	skip_spaces(&s);
	if (read_value(take_word(&s), words, &out->value, e) != 0)
		return -1;
	skip_spaces(&s);
	if (s.len > 0 && *s.data != '#')
		out->time = take_word(&s);
	skip_spaces(&s);
	if (peek(s) == '#')
		return read_exemplar(s, words, out, e);
	return s.len == 0 ? 0 : err_set(e, EX_BADDATA, "more than a value and a time");
}

enum exposition_comment exposition_comment(struct span line, struct arena *words, struct span *name,
					   struct span *text)
{
	struct span s = span_trim(line), word;
	enum exposition_comment what;

	skip(&s, 1);
	skip_spaces(&s);
	word = take_word(&s);
	if (span_is(word, "EOF") && s.len == 0)
		return COMMENT_EOF;
	what = span_is(word, "HELP")   ? COMMENT_HELP
	       : span_is(word, "TYPE") ? COMMENT_TYPE
	       : span_is(word, "UNIT") ? COMMENT_UNIT
				       : COMMENT_OTHER;
	skip_spaces(&s);
	*name = take_word(&s);
	skip_spaces(&s);
	*text = unescape(s, words);
	if (name->len >= 2 && *name->data == '"' && name->data[name->len - 1] == '"')
		*name = span_of(name->data + 1, name->len - 2);
	return name->len > 0 ? what : COMMENT_OTHER;
}

enum exposition_dialect exposition_type(struct span type)
{
	static const char *const both[] = {"counter", "gauge", "histogram", "summary", NULL},
				 *const open[] = {"unknown", "info", "stateset", "gaugehistogram",
						  NULL};

	for (size_t i = 0; both[i]; i++)
		if (span_is(type, both[i]))
			return DIALECT_BOTH;
	for (size_t i = 0; open[i]; i++)
		if (span_is(type, open[i]))
			return DIALECT_OPENMETRICS;
	return span_is(type, "untyped") ? DIALECT_PROMETHEUS : DIALECT_NONE;
}

bool exposition_belongs(struct span sample, struct span family)
{
	static const char *const suffixes[] = {"",      "_total",  "_bucket",  "_sum",  "_count",
					       "_gsum", "_gcount", "_created", "_info", NULL};

	if (family.len == 0 || sample.len < family.len ||
	    memcmp(sample.data, family.data, family.len) != 0)
		return false;
	sample = span_of(sample.data + family.len, sample.len - family.len);
	for (size_t i = 0; suffixes[i]; i++)
		if (span_is(sample, suffixes[i]))
			return true;
	return false;
}
