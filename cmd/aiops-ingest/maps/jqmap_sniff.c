#include "aiops-ingest/maps/jqmap_sniff.h"

#include <stdlib.h>

#include "base/mem.h"

static const struct {
	const char *name;
	enum value_type type;
} types[] = {
	{"string", VALUE_STRING}, {"number", VALUE_NUMBER}, {"bool", VALUE_BOOL},
	{"array", VALUE_ARRAY},   {"object", VALUE_OBJECT}, {"null", VALUE_NULL},
};

static int type_of(struct span name, enum value_type *out, struct err *e)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!span_is(name, types[i].name))
			continue;
		*out = types[i].type;
		return 0;
	}
	return err_set(e, EX_BADCONFIG,
		       "'%.*s' is no type: string, number, bool, array, object or null",
		       (int)name.len, name.data);
}

static int test_parse(struct span word, struct shape_test *out, struct err *e)
{
	struct shape_test t = {.type = VALUE_NONE};
	size_t i = 0;

	t.absent = word.len > 0 && *word.data == '!';
	if (t.absent)
		word = span_of(word.data + 1, word.len - 1);
	while (i < word.len && word.data[i] != ':' && word.data[i] != '=')
		i += word.data[i] == '\\' && i + 1 < word.len ? 2 : 1;
	if (i < word.len) {
		struct span behind = span_of(word.data + i + 1, word.len - i - 1);

		if (t.absent)
			return err_set(e, EX_BADCONFIG, "'!%.*s': absent, and yet a value",
				       (int)word.len, word.data);
		if (word.data[i] == ':' && type_of(behind, &t.type, e) != 0)
			return -1;
		if (word.data[i] == '=')
			t.words = behind;
	}
	if (i == 0)
		return err_set(e, EX_BADCONFIG, "a condition without a path");
	t.path = mem_dup(word.data, i);
	*out = t;
	return 0;
}

int shape_rule_parse(struct span text, struct shape_rule *out, struct err *e)
{
	struct shape_rule r = {NULL, 0, 0};

	for (size_t i = 0; i < text.len;) {
		size_t from = i;

		while (i < text.len && text.data[i] != ' ')
			i++;
		if (i > from) {
			mem_grow(r.tests, r.cap, r.n + 1);
			if (test_parse(span_of(text.data + from, i - from), &r.tests[r.n], e) != 0)
				goto fail;
			r.n++;
		}
		i++;
	}
	if (r.n == 0) {
		err_set(e, EX_BADCONFIG, "no condition");
		goto fail;
	}
	*out = r;
	return 0;
fail:
	shape_rule_release(&r);
	return -1;
}

void shape_rule_release(struct shape_rule *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->tests[i].path);
	free(r->tests);
	*r = (struct shape_rule){NULL, 0, 0};
}

static bool word_fits(struct span word, struct span s)
{
	if (word.len > 0 && word.data[word.len - 1] == '*')
		return s.len >= word.len - 1 && memcmp(s.data, word.data, word.len - 1) == 0;
	return span_eq(word, s);
}

static bool any_word_fits(struct span words, struct span s)
{
	for (size_t from = 0; from <= words.len;) {
		size_t to = from;

		while (to < words.len && words.data[to] != '|')
			to++;
		if (word_fits(span_of(words.data + from, to - from), s))
			return true;
		from = to + 1;
	}
	return false;
}

static bool test_holds(const struct shape_test *t, const struct record *r)
{
	struct value v = record_get(r, t->path);

	if (t->absent)
		return v.type == VALUE_NONE;
	if (t->words.data)
		return v.type == VALUE_STRING && any_word_fits(t->words, v.text);
	if (t->type != VALUE_NONE)
		return v.type == t->type;
	return v.type != VALUE_NONE && v.type != VALUE_NULL;
}

bool shape_rule_holds(const struct shape_rule *rule, const struct record *r)
{
	for (size_t i = 0; i < rule->n; i++)
		if (!test_holds(&rule->tests[i], r))
			return false;
	return true;
}
