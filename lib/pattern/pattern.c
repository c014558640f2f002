#include "pattern/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	STEP_LIMIT = 100000,
	DEPTH_LIMIT = 1000,
	HEAP_LIMIT_KIB = 16384,
	NEST_LIMIT = 50,
	CODE_LIMIT = 65536, /* bytes of compiled pattern: counted repeats multiply it */
};

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	uint32_t options; /* of a match */
};

static int compile_error(int number, size_t offset, struct err *e)
{
	PCRE2_UCHAR why[200];

	if (pcre2_get_error_message(number, why, sizeof why) < 0)
		return err_set(e, EX_BADCONFIG, "not a pattern");
	return err_set(e, EX_BADCONFIG, "not a pattern: %s at offset %zu", (const char *)why,
		       offset);
}

static pcre2_code *compile(struct span text, unsigned flags, struct err *e)
{
	uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	size_t offset;
	int number;

	if (!context)
		mem_exhausted();
	if (flags & PATTERN_WHOLE)
		options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY;
	else
		options |= PCRE2_MULTILINE;
	if (flags & PATTERN_NAMED)
		options |= PCRE2_NO_AUTO_CAPTURE;
	(void)pcre2_set_parens_nest_limit(context, NEST_LIMIT);
	code = pcre2_compile((PCRE2_SPTR)text.data, text.len, options, &number, &offset, context);
	pcre2_compile_context_free(context);
	if (!code)
		(void)compile_error(number, offset, e);
	return code;
}

/* What would make matching expensive whatever the limits. */
static int check_complexity(const pcre2_code *code, struct err *e)
{
	size_t bytes;
	uint32_t backrefs, groups;

	if (pcre2_pattern_info(code, PCRE2_INFO_SIZE, &bytes) != 0 ||
	    pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &backrefs) != 0 ||
	    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups) != 0)
		return err_set(e, EX_BUG, "cannot look at a compiled pattern");
	if (bytes > CODE_LIMIT)
		return err_set(e, EX_BADCONFIG,
			       "the pattern is too complex (%zu bytes compiled, at most %d)", bytes,
			       CODE_LIMIT);
	if (backrefs)
		return err_set(e, EX_BADCONFIG, "back-references are not accepted in a pattern");
	if (groups > PATTERN_MAX_GROUPS)
		return err_set(e, EX_BADCONFIG, "more than %d groups", PATTERN_MAX_GROUPS);
	return 0;
}

int pattern_compile(struct span text, unsigned flags, struct pattern **out, struct err *e)
{
	struct pattern *p;
	pcre2_code *code;

	if (text.len > PATTERN_MAX_BYTES)
		return err_set(e, EX_BADCONFIG, "the pattern is longer than %d bytes",
			       PATTERN_MAX_BYTES);
	code = compile(text, flags, e);
	if (!code)
		return -1;
	if (check_complexity(code, e) != 0) {
		pcre2_code_free(code);
		return -1;
	}
	if (flags & PATTERN_FAST)
		(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* else it is interpreted */
	p = mem_zalloc(sizeof *p);
	p->options = flags & PATTERN_VALID ? PCRE2_NO_UTF_CHECK : 0;
	p->code = code;
	p->data = pcre2_match_data_create_from_pattern(code, NULL);
	p->limits = pcre2_match_context_create(NULL);
	if (!p->data || !p->limits)
		mem_exhausted();
	(void)pcre2_set_match_limit(p->limits, STEP_LIMIT);
	(void)pcre2_set_depth_limit(p->limits, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(p->limits, HEAP_LIMIT_KIB);
	*out = p;
	return 0;
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	pcre2_match_context_free(p->limits);
	pcre2_match_data_free(p->data);
	pcre2_code_free(p->code);
	free(p);
}

enum pattern_result pattern_try(const struct pattern *p, struct span text)
{
	static const char nothing[1];
	int n = pcre2_match(p->code, (PCRE2_SPTR)(text.data ? text.data : nothing), text.len, 0,
			    p->options, p->data, p->limits);

	if (n == PCRE2_ERROR_NOMEMORY)
		mem_exhausted();
	if (n == PCRE2_ERROR_NOMATCH)
		return PATTERN_NO;
	if (n <= PCRE2_ERROR_UTF8_ERR1 && n >= PCRE2_ERROR_UTF8_ERR21)
		return PATTERN_NOT_UTF8;
	return n > 0 ? PATTERN_YES : PATTERN_GAVE_UP;
}

int pattern_group(const struct pattern *p, struct span name)
{
	char text[64];
	int number;

	if (name.len >= sizeof text)
		return -1;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	number = pcre2_substring_number_from_name(p->code, (PCRE2_SPTR)text);
	return number > 0 ? number : -1;
}

struct span pattern_capture(const struct pattern *p, struct span text, int group)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(p->data);

	/* A lookbehind with \K can end before it begins. */
	if (group < 0 || (uint32_t)group >= pcre2_get_ovector_count(p->data) ||
	    at[2 * group] == PCRE2_UNSET || at[2 * group] > at[2 * group + 1])
		return SPAN_NONE;
	return span_of(text.data + at[2 * group], at[2 * group + 1] - at[2 * group]);
}

int pattern_match(const struct pattern *p, struct span text, struct span *group, struct err *e)
{
	struct span first;

	switch (pattern_try(p, text)) {
	case PATTERN_NO:
		return 0;
	case PATTERN_NOT_UTF8:
		return err_set(e, EX_BADDATA, "the text is not valid UTF-8");
	case PATTERN_GAVE_UP:
		return err_set(e, EX_BADDATA, "the pattern needs more steps than are allowed");
	case PATTERN_YES:
		break;
	}
	if (group) {
		first = pattern_capture(p, text, 1);
		*group = first.data ? first : pattern_capture(p, text, 0);
	}
	return 1;
}
