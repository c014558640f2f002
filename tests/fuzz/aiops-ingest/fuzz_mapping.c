/*
 * What --map, --label and the conditions of a map say, a line each.
 */
#include "aiops-ingest/formats/mapping.h"

#include "aiops-ingest/maps/jqmap_sniff.h"
#include "aiops-ingest/settings.h"

#include "../fuzz.h"

enum { TEXTS = 16 };

static void check_mapping(const char *const *texts, size_t n)
{
	struct mapping m = {.rules = NULL};
	struct err e = ERR_INIT;

	if (mapping_parse(texts, n, &m, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADUSAGE && e.text[0]);
		return;
	}
	FUZZ_CHECK(m.n > 0 && m.n <= n);
	for (size_t i = 0; i < m.n; i++)
		FUZZ_CHECK(target_name(m.rules[i].target)[0] &&
			   (m.rules[i].path || m.rules[i].literal.data));
	mapping_release(&m);
}

static void check_label(const char *text)
{
	struct label label;
	struct err e = ERR_INIT;

	if (label_parse(text, &label, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADUSAGE && e.text[0]);
	else
		FUZZ_CHECK(label.name.len > 0 &&
			   label.name.len + label.value.len + 1 == strlen(text));
}

static void check_conditions(const char *text)
{
	struct shape_rule rule = {.tests = NULL};
	struct err e = ERR_INIT;

	if (shape_rule_parse(span_cstr(text), &rule, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.text[0]);
	shape_rule_release(&rule);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	const char *texts[TEXTS] = {NULL};
	char *copies[TEXTS];
	size_t n = 0;

	while (in.left > 0 && n < TEXTS) {
		struct span line = fuzz_until(&in, '\n');

		copies[n] = mem_dup(line.data, line.len);
		texts[n] = copies[n];
		check_label(texts[n]);
		check_conditions(texts[n]);
		n++;
	}
	check_mapping(texts, n);
	while (n > 0)
		free(copies[--n]);
	return 0;
}
