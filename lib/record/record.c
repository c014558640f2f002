#include "record/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/dom.h"
#include "record/numbers.h"
#include "record/record_impl.h"
#include "record/rules.h"

/* The library counts in 32 bits. */
#define LINE_LIMIT ((size_t)UINT32_MAX - 64)

const char *reject_code_name(enum reject_code code)
{
	static const char *const names[] = {
		[REJECT_NONE] = "none",     [REJECT_NOT_OBJECT] = "not_object",
		[REJECT_SYNTAX] = "syntax", [REJECT_UTF8] = "utf8",
		[REJECT_NUL] = "nul",       [REJECT_DUPLICATE] = "duplicate_key",
		[REJECT_DEPTH] = "depth",   [REJECT_TOO_LONG] = "too_long",
		[REJECT_BLANK] = "blank",   [REJECT_SCHEMA] = "schema",
	};

	return names[code];
}

_Noreturn static void no_memory(void)
{
	mem_exhausted();
}

struct record *record_new(size_t max_bytes)
{
	struct record *r = mem_zalloc(sizeof *r);

	r->max_bytes = max_bytes < LINE_LIMIT ? max_bytes : LINE_LIMIT;
	r->dom = dom_new(RECORD_MAX_DEPTH, no_memory);
	r->scan = scan_new();
	rules_init(&r->rules);
	return r;
}

void record_free(struct record *r)
{
	if (!r)
		return;
	dom_free(r->dom);
	scan_free(r->scan);
	rules_release(&r->rules);
	numbers_release(&r->numbers);
	free(r);
}

void record_remember_shapes(struct record *r, bool on)
{
	scan_free(r->scan);
	r->scan = on ? scan_new() : NULL;
	record_watch(r, r->watched, r->n_watched, r->n_key);
}

void record_watch(struct record *r, const char *const *paths, size_t n, size_t n_key)
{
	assert(n <= SCAN_PATHS && n_key <= n);
	r->watched = paths;
	r->n_watched = n;
	r->n_key = n_key;
	if (r->scan)
		scan_watch(r->scan, paths, n, n_key);
}

static enum reject_code reject_of(enum dom_status status)
{
	switch (status) {
	case DOM_UTF8:
		return REJECT_UTF8;
	case DOM_DEPTH:
		return REJECT_DEPTH;
	case DOM_EMPTY:
		return REJECT_BLANK;
	default:
		return REJECT_SYNTAX;
	}
}

/* The second reading, once, of a line with a number that the DOM does not take. */
static enum dom_status parse_replaced(struct record *r, const char **words, struct err *e)
{
	enum dom_status status;

	if (numbers_replace(&r->numbers, r->line, e) != 0)
		return DOM_NUMBER;
	status = dom_parse(r->dom, r->numbers.copy, r->line.len, r->max_bytes, &r->tape, words);
	if (status == DOM_OK)
		numbers_restore(&r->numbers, &r->tape);
	return status;
}

/* The whole line, by the full parser; *plain: without numbers that it does not take. */
static enum reject_code parse(struct record *r, bool *plain, struct err *e)
{
	const char *words = "blank line";
	enum dom_status status;

	if (r->line.len > r->max_bytes) {
		err_set(e, EX_BADDATA, "line of %zu bytes, longer than %zu", r->line.len,
			r->max_bytes);
		return REJECT_TOO_LONG;
	}
	if (r->line.len && memchr(r->line.data, '\0', r->line.len)) {
		err_set(e, EX_BADDATA, "NUL byte");
		return REJECT_NUL;
	}
	if (r->line.len == 0)
		status = DOM_EMPTY;
	else
		status = dom_parse(r->dom, r->line.data, r->line.len, r->max_bytes, &r->tape,
				   &words);
	*plain = status == DOM_OK;
	if (status == DOM_NUMBER)
		status = parse_replaced(r, &words, e);
	if (status != DOM_OK) {
		err_set(e, status == DOM_BROKEN ? EX_BUG : EX_BADDATA, "%s", words);
		return reject_of(status);
	}
	if (tape_type(&r->tape, TAPE_ROOT) != '{') {
		err_set(e, EX_BADDATA, "not a JSON object");
		return REJECT_NOT_OBJECT;
	}
	return rules_check(&r->rules, &r->tape, e);
}

int record_parse(struct record *r, const char *line, size_t len, enum reject_code *why,
		 struct err *e)
{
	enum reject_code code;
	bool plain = false;

	r->line = span_of(line, len);
	if (r->scan && len <= r->max_bytes && scan_line(r->scan, r->line, &r->tape))
		return 0;
	code = parse(r, &plain, e);
	if (code != REJECT_NONE) {
		*why = code;
		return -1;
	}
	if (r->scan && plain)
		scan_learn(r->scan, r->line, &r->tape);
	return 0;
}

struct span record_line(const struct record *r)
{
	return r->line;
}
