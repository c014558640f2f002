#include "cli/opt.h"

#include <assert.h>
#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "base/num.h"

enum { TEXTS_MAX = 4096 };

static void *field(const struct opt *o, void *base)
{
	return (char *)base + o->offset;
}

static bool has_range(const struct opt *o)
{
	return o->max > o->min;
}

static int assign_flag(bool *to, const char *text, struct err *e)
{
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return err_set(e, EX_BADUSAGE, "'%s' is not true or false", text);
	*to = text[0] == 't';
	return 0;
}

static int assign_choice(const struct opt *o, int *to, const char *text, struct err *e)
{
	struct buf words = BUF_INIT(1 << 12);
	int rc = 0, i;

	for (i = 0; o->choices[i]; i++) {
		if (strcmp(o->choices[i], text) == 0)
			break;
		buf_addf(&words, "%s%s", i ? ", " : "", o->choices[i]);
	}
	if (o->choices[i])
		*to = i;
	else
		rc = err_set(e, EX_BADUSAGE, "'%s' is not one of %s", text, buf_cstr(&words));
	buf_release(&words);
	return rc;
}

/* A number of the kinds that share a range. */
static int assign_number(const struct opt *o, void *to, const char *text, struct err *e)
{
	struct span s = span_cstr(text);
	size_t size = 0;
	int64_t n = 0;

	if (o->kind == OPT_SIZE && num_parse_size(s, &size, e) != 0)
		return -1;
	if (o->kind == OPT_DURATION && num_parse_duration_ms(s, &n, e) != 0)
		return -1;
	if (o->kind == OPT_I64)
		return num_parse_i64(s, has_range(o) ? o->min : INT64_MIN,
				     has_range(o) ? o->max : INT64_MAX, to, e);
	if (o->kind == OPT_SIZE)
		n = (int64_t)size;
	if (has_range(o) && (n < o->min || n > o->max))
		return err_set(e, EX_BADUSAGE, "%s is out of range", text);
	if (o->kind == OPT_SIZE)
		*(size_t *)to = size;
	else
		*(int64_t *)to = n;
	return 0;
}

static int assign_time(struct opt_time *to, const char *text, struct err *e)
{
	struct opt_time t = {.given = true};

	if (instant_parse(span_cstr(text), &t.at, e) != 0) {
		e->code = EX_BADUSAGE;
		return -1;
	}
	*to = t;
	return 0;
}

static int add_text(struct opt_texts *to, const char *text, struct owned *owned, struct err *e)
{
	const char **items;

	if (to->n == TEXTS_MAX)
		return err_set(e, EX_BADUSAGE, "given more than %d times", TEXTS_MAX);
	if ((to->n & (to->n - 1)) == 0) { /* full at every power of two */
		items = owned_take(owned, mem_array(NULL, to->n ? 2 * to->n : 1, sizeof *items));
		if (to->n)
			memcpy(items, to->items, to->n * sizeof *items);
		to->items = items;
	}
	to->items[to->n++] = text;
	return 0;
}

static int assign_count(const struct opt *o, int *to, const char *text, struct err *e)
{
	int64_t n;

	if (num_parse_i64(span_cstr(text), 0, o->max, &n, e) != 0)
		return -1;
	*to = (int)n;
	return 0;
}

int opt_assign(const struct opt *o, void *base, const char *text, struct owned *owned,
	       struct err *e)
{
	void *to = field(o, base);

	switch (o->kind) {
	case OPT_FLAG:
		return assign_flag(to, text, e);
	case OPT_COUNT:
		return assign_count(o, to, text, e);
	case OPT_FILE:
	case OPT_DIR:
		if (!*text)
			return err_set(e, EX_BADUSAGE, "a file name is empty");
		*(const char **)to = text;
		return 0;
	case OPT_TEXT:
		*(const char **)to = text;
		return 0;
	case OPT_I64:
	case OPT_SIZE:
	case OPT_DURATION:
		return assign_number(o, to, text, e);
	case OPT_DOUBLE:
		return num_parse_double(span_cstr(text), to, e);
	case OPT_CHOICE:
		return assign_choice(o, to, text, e);
	case OPT_TIME:
		return assign_time(to, text, e);
	case OPT_TEXTS:
		return add_text(to, text, owned, e);
	}
	return err_set(e, EX_BUG, "option of an unknown kind");
}

void opt_count_up(const struct opt *o, void *base)
{
	int *to = field(o, base);

	if (*to < o->max)
		++*to;
}

void opt_start_source(const struct opt *o, void *base)
{
	if (o->kind == OPT_TEXTS)
		*(struct opt_texts *)field(o, base) = (struct opt_texts){0};
}

void opt_set_default(const struct opt *o, void *base, struct owned *owned)
{
	struct err e = ERR_INIT;
	int rc;

	if (!o->standard)
		return; /* the structs start zeroed */
	rc = opt_assign_env(o, base, o->standard, owned, &e);
	assert(rc == 0 && "a default must parse");
	(void)rc;
}

int opt_assign_env(const struct opt *o, void *base, const char *text, struct owned *owned,
		   struct err *e)
{
	opt_start_source(o, base);
	if (o->kind != OPT_TEXTS)
		return opt_assign(o, base, text, owned, e);
	for (;;) {
		size_t n = strcspn(text, ",");

		if (opt_assign(o, base, owned_take(owned, mem_dup(text, n)), owned, e) != 0)
			return -1;
		if (!text[n])
			return 0;
		text += n + 1;
	}
}

bool opt_takes_argument(const struct opt *o)
{
	return o->kind != OPT_FLAG && o->kind != OPT_COUNT;
}

bool opt_in_environment(const struct opt *o)
{
	return !(o->flags & OPT_ARGV_ONLY);
}

bool opt_in_config(const struct opt *o)
{
	return !(o->flags & (OPT_ARGV_ONLY | OPT_NOT_IN_FILE));
}

static char upper(char ch)
{
	return ch == '-' ? '_' : ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch;
}

void opt_add_config_key(const struct opt *o, struct buf *out)
{
	for (const char *p = o->name; *p; p++)
		buf_add_char(out, *p == '-' ? '_' : *p);
}

void opt_add_variable(const struct opt *o, const char *short_name, struct buf *out)
{
	buf_add_cstr(out, "AIOPS_");
	if (short_name) {
		for (const char *p = short_name; *p; p++)
			buf_add_char(out, upper(*p));
		buf_add_char(out, '_');
	}
	for (const char *p = o->name; *p; p++)
		buf_add_char(out, upper(*p));
}

const char *opt_kind_name(enum opt_kind kind)
{
	static const char *const names[] = {
		[OPT_FLAG] = "flag",         [OPT_TEXT] = "text",   [OPT_FILE] = "file",
		[OPT_DIR] = "dir",           [OPT_I64] = "number",  [OPT_SIZE] = "size",
		[OPT_DURATION] = "duration", [OPT_DOUBLE] = "real", [OPT_CHOICE] = "choice",
		[OPT_TIME] = "time",         [OPT_TEXTS] = "texts", [OPT_COUNT] = "count"};

	return names[kind];
}
