#include "aiops-ingest/patterns/matcher.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	STEP_LIMIT = 100000,
	DEPTH_LIMIT = 1000,
	HEAP_LIMIT_KIB = 4096,
	NEST_LIMIT = 50,
	CODE_LIMIT = 65536, /* bytes of compiled pattern: counted repeats multiply it */
};

struct matcher {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

static int compile_error(int number, size_t offset, struct err *e)
{
	PCRE2_UCHAR why[200];

	if (pcre2_get_error_message(number, why, sizeof why) < 0)
		return err_set(e, EX_BADCONFIG, "not a pattern");
	return err_set(e, EX_BADCONFIG, "not a pattern: %s at offset %zu", (const char *)why,
		       offset);
}

static pcre2_code *compile(struct span text, struct err *e)
{
	uint32_t options =
		PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_MULTILINE | PCRE2_NO_AUTO_CAPTURE;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	size_t offset;
	int number;

	if (!context)
		mem_exhausted();
	(void)pcre2_set_parens_nest_limit(context, NEST_LIMIT);
	code = pcre2_compile((PCRE2_SPTR)text.data, text.len, options, &number, &offset, context);
	pcre2_compile_context_free(context);
	if (!code)
		(void)compile_error(number, offset, e);
	return code;
}

/* What would make matching expensive whatever the limits. */
static int check(const pcre2_code *code, struct err *e)
{
	size_t bytes;
	uint32_t groups;

	if (pcre2_pattern_info(code, PCRE2_INFO_SIZE, &bytes) != 0 ||
	    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups) != 0)
		return err_set(e, EX_BUG, "cannot look at a compiled pattern");
	if (bytes > CODE_LIMIT)
		return err_set(e, EX_BADCONFIG,
			       "the pattern is too complex (%zu bytes compiled, at most %d)", bytes,
			       CODE_LIMIT);
	if (groups > MATCHER_MAX_GROUPS)
		return err_set(e, EX_BADCONFIG, "more than %d captures", MATCHER_MAX_GROUPS);
	return 0;
}

struct matcher *matcher_new(struct span pattern, struct err *e)
{
	struct matcher *m;
	pcre2_code *code;

	if (pattern.len > MATCHER_MAX_BYTES) {
		err_set(e, EX_BADCONFIG, "the pattern is longer than %d bytes", MATCHER_MAX_BYTES);
		return NULL;
	}
	code = compile(pattern, e);
	if (!code)
		return NULL;
	if (check(code, e) != 0) {
		pcre2_code_free(code);
		return NULL;
	}
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it, the interpreter matches */
	m = mem_zalloc(sizeof *m);
	m->code = code;
	m->data = pcre2_match_data_create_from_pattern(code, NULL);
	m->limits = pcre2_match_context_create(NULL);
	if (!m->data || !m->limits)
		mem_exhausted();
	(void)pcre2_set_match_limit(m->limits, STEP_LIMIT);
	(void)pcre2_set_depth_limit(m->limits, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(m->limits, HEAP_LIMIT_KIB);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	pcre2_match_context_free(m->limits);
	pcre2_match_data_free(m->data);
	pcre2_code_free(m->code);
	free(m);
}

int matcher_group(const struct matcher *m, struct span name)
{
	char text[64];
	int number;

	if (name.len >= sizeof text)
		return -1;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	number = pcre2_substring_number_from_name(m->code, (PCRE2_SPTR)text);
	return number > 0 ? number : -1;
}

enum match matcher_try(struct matcher *m, struct span text)
{
	int n = pcre2_match(m->code, (PCRE2_SPTR)text.data, text.len, 0, PCRE2_NO_UTF_CHECK,
			    m->data, m->limits);

	if (n == PCRE2_ERROR_NOMEMORY)
		mem_exhausted();
	if (n == PCRE2_ERROR_NOMATCH)
		return MATCH_NO;
	return n > 0 ? MATCH_YES : MATCH_LIMIT;
}

struct span matcher_capture(const struct matcher *m, struct span text, int group)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->data);

	if (group < 0 || (uint32_t)group >= pcre2_get_ovector_count(m->data) ||
	    at[2 * group] == PCRE2_UNSET || at[2 * group] > at[2 * group + 1])
		return SPAN_NONE;
	return span_of(text.data + at[2 * group], at[2 * group + 1] - at[2 * group]);
}
