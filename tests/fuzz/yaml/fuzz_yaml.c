/*
 * YAML that people write: what is accepted is a tree within the stated limits whose nodes have
 * positions; what is refused says where.
 */
#include "yaml/yaml.h"

#include "base/utf8.h"

#include "../fuzz.h"

enum { LINES_MAX = 1 << 20 };

static void check_position(size_t line, size_t col)
{
	FUZZ_CHECK(line >= 1 && line <= LINES_MAX && col >= 1 && col <= YAML_MAX_BYTES + 1);
}

static void check_text(struct span text)
{
	FUZZ_CHECK(text.data && text.data[text.len] == '\0');
	FUZZ_CHECK(utf8_valid_prefix(text) == text.len);
}

static void check_typed(const struct yaml_node *n)
{
	struct err e = ERR_INIT;
	struct span text;
	int64_t integer;
	double number;
	bool truth;

	if (yaml_text(n, &text, &e) == 0)
		FUZZ_CHECK(n->type == YAML_SCALAR && span_eq(text, n->text));
	if (yaml_i64(n, -5, 1000000, &integer, &e) == 0)
		FUZZ_CHECK(integer >= -5 && integer <= 1000000);
	if (yaml_duration_ms(n, &integer, &e) == 0)
		FUZZ_CHECK(integer >= 0);
	if (yaml_double(n, &number, &e) == 0)
		FUZZ_CHECK(number - number == 0);
	if (yaml_bool(n, &truth, &e) == 0)
		FUZZ_CHECK(span_is(n->text, truth ? "true" : "false"));
	if (e.code != 0)
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.line >= 1 && e.text[0]);
}

static void check_map(const struct yaml_node *n)
{
	for (size_t i = 0; i < n->n; i++) {
		check_position(n->pairs[i].line, n->pairs[i].col);
		check_text(n->pairs[i].key);
		/* no key comes twice, so a key finds its own value */
		if (!memchr(n->pairs[i].key.data, '\0', n->pairs[i].key.len))
			FUZZ_CHECK(yaml_get(n, n->pairs[i].key.data) == n->pairs[i].value);
	}
}

/* Returns how many nodes there are. */
static size_t check_node(const struct yaml_node *n, int depth)
{
	size_t count = 1;

	FUZZ_CHECK(depth <= YAML_MAX_DEPTH + 1);
	check_typed(n);
	switch (n->type) {
	case YAML_SCALAR:
		check_position(n->line, n->col);
		check_text(n->text);
		break;
	case YAML_LIST:
		for (size_t i = 0; i < n->n; i++)
			count += check_node(n->items[i], depth + 1);
		break;
	case YAML_MAP:
		if (n->n <= 64) /* yaml_get goes through all of them */
			check_map(n);
		for (size_t i = 0; i < n->n; i++)
			count += check_node(n->pairs[i].value, depth + 1);
		break;
	default:
		FUZZ_CHECK(n->type == YAML_NONE);
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const allowed[] = {"id", "parameters", "steps", NULL};
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);
	struct err e = ERR_INIT;
	struct yaml *y = yaml_parse(span_of(copy, all.len), &e);

	if (!y) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.text[0]);
	} else {
		FUZZ_CHECK(check_node(yaml_root(y), 1) <= 4 * all.len + 1);
		FUZZ_CHECK(utf8_valid_prefix(span_of(copy, all.len)) == all.len);
		if (yaml_root(y)->type == YAML_MAP &&
		    yaml_check_keys(yaml_root(y), allowed, &e) != 0)
			check_position(e.line, e.col);
	}
	yaml_free(y);
	free(copy);
	return 0;
}
