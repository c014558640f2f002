#include "aiops-runbook/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	MATCH_LIMIT = 100000,
	DEPTH_LIMIT = 1000,
	HEAP_LIMIT_KIB = 16384,
	NEST_LIMIT = 50,
	CODE_LIMIT = 65536, /* bytes of compiled pattern: counted repeats multiply it */
};

struct pattern {
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
	(void)pcre2_set_parens_nest_limit(context, NEST_LIMIT);
	code = pcre2_compile((PCRE2_SPTR)text.data, text.len, options, &number, &offset, context);
	pcre2_compile_context_free(context);
	if (!code)
		(void)compile_error(number, offset, e);
	return code;
}

/* What would make matching expensive whatever the limits: size of code, back-references. */
static int check_complexity(const pcre2_code *code, struct err *e)
{
	size_t bytes;
	uint32_t backrefs;

	if (pcre2_pattern_info(code, PCRE2_INFO_SIZE, &bytes) != 0 ||
	    pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &backrefs) != 0)
		return err_set(e, EX_BUG, "cannot look at a compiled pattern");
	if (bytes > CODE_LIMIT)
		return err_set(e, EX_BADCONFIG,
			       "the pattern is too complex (%zu bytes compiled, at most %d)", bytes,
			       CODE_LIMIT);
	if (backrefs)
		return err_set(e, EX_BADCONFIG, "back-references are not accepted in a pattern");
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
	p = mem_zalloc(sizeof *p);
	p->code = code;
	p->data = pcre2_match_data_create_from_pattern(code, NULL);
	p->limits = pcre2_match_context_create(NULL);
	if (!p->data || !p->limits)
		mem_exhausted();
	(void)pcre2_set_match_limit(p->limits, MATCH_LIMIT);
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

int pattern_match(const struct pattern *p, struct span text, struct span *group, struct err *e)
{
	static const char nothing[1];
	const char *data = text.data ? text.data : nothing;
	const PCRE2_SIZE *at;
	int n = pcre2_match(p->code, (PCRE2_SPTR)data, text.len, 0, 0, p->data, p->limits);

	if (n == PCRE2_ERROR_NOMATCH)
		return 0;
	if (n == PCRE2_ERROR_NOMEMORY)
		mem_exhausted();
	if (n < 0 && n <= PCRE2_ERROR_UTF8_ERR1 && n >= PCRE2_ERROR_UTF8_ERR21)
		return err_set(e, EX_BADDATA, "the text is not valid UTF-8");
	if (n < 0)
		return err_set(e, EX_BADDATA, "the pattern needs more steps than are allowed");
	at = pcre2_get_ovector_pointer(p->data);
	if (group) {
		int i = n > 1 && at[2] != PCRE2_UNSET ? 1 : 0;

		*group = span_of(data + at[2 * i], at[2 * i + 1] - at[2 * i]);
	}
	return 1;
}
