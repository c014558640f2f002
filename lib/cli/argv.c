/*
 * getopt_long in its "-" mode returns operands in place and does not permute,
 * so argv[optind] before a call is the word it looks at: that is how a long
 * option that it took for an abbreviation is recognised and refused.
 */
#include "cli/argv.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/opt.h"
#include "yaml/yaml.h"

enum { LONG_BASE = 256 }; /* val of the i-th long option is LONG_BASE + i: above any letter */

static struct option *long_options(const struct table *t)
{
	struct option *list = mem_zalloc((t->n + 1) * sizeof *list);

	for (size_t i = 0; i < t->n; i++) {
		list[i].name = t->slots[i].opt->name;
		list[i].has_arg =
			opt_takes_argument(t->slots[i].opt) ? required_argument : no_argument;
		list[i].val = LONG_BASE + (int)i;
	}
	return list;
}

/* "-" operands in place, ":" a missing argument is told apart. */
static char *short_options(const struct table *t)
{
	struct buf letters = BUF_INIT(1 << 12);

	buf_add_cstr(&letters, "-:");
	for (size_t i = 0; i < t->n; i++) {
		if (!t->slots[i].opt->letter)
			continue;
		buf_add_char(&letters, t->slots[i].opt->letter);
		if (opt_takes_argument(t->slots[i].opt))
			buf_add_char(&letters, ':');
	}
	return buf_take(&letters);
}

static size_t slot_of_letter(const struct table *t, int letter)
{
	size_t i = 0;

	while (t->slots[i].opt->letter != letter)
		i++;
	return i;
}

/* The name in "--name=value". */
static struct span long_name(const char *word)
{
	return span_of(word + 2, strcspn(word + 2, "="));
}

static int unknown_long(const struct table *t, struct span name, const char *meant, struct err *e)
{
	const char **words = mem_array(NULL, t->n + 1, sizeof *words);
	int shown = name.len > 60 ? 60 : (int)name.len;

	for (size_t i = 0; i < t->n; i++)
		words[i] = t->slots[i].opt->name;
	words[t->n] = NULL;
	if (!meant)
		meant = nearest_word(name, words);
	free(words);
	if (meant)
		return err_set(e, EX_BADUSAGE, "unknown option '--%.*s' (did you mean '--%s'?)",
			       shown, name.data, meant);
	return err_set(e, EX_BADUSAGE, "unknown option '--%.*s'", shown, name.data);
}

static int refuse(const struct table *t, int code, const char *word, struct err *e)
{
	if (optopt >= LONG_BASE) {
		const char *name = t->slots[optopt - LONG_BASE].opt->name;

		if (!span_is(long_name(word), name))
			return unknown_long(t, long_name(word), name, e);
		return err_set(e, EX_BADUSAGE,
			       code == ':' ? "option '--%s' needs an argument"
					   : "option '--%s' takes no argument",
			       name);
	}
	if (optopt == 0)
		return unknown_long(t, long_name(word), NULL, e);
	if (code == ':')
		return err_set(e, EX_BADUSAGE, "option '-%c' needs an argument", optopt);
	return err_set(e, EX_BADUSAGE, "unknown option '-%c'", optopt);
}

static void add_operand(struct argv_values *out, char *word)
{
	out->operands[out->n_operands++] = word;
}

/* One result of getopt_long. */
static int take(const struct table *t, int code, char *word, struct argv_values *out, struct err *e)
{
	size_t slot;

	if (code == 1) {
		add_operand(out, optarg);
		return 0;
	}
	if (code == '?' || code == ':')
		return refuse(t, code, word, e);
	slot = code >= LONG_BASE ? (size_t)(code - LONG_BASE) : slot_of_letter(t, code);
	if (code >= LONG_BASE && !span_is(long_name(word), t->slots[slot].opt->name))
		return unknown_long(t, long_name(word), t->slots[slot].opt->name, e);
	out->items[out->n++] = (struct argv_value){.slot = slot, .text = optarg};
	return 0;
}

int argv_split(const struct table *t, int argc, char **argv, struct argv_values *out, struct err *e)
{
	struct option *longs = long_options(t);
	char *shorts = short_options(t);
	size_t letters = 0;
	int rc = 0, code;

	for (int i = 1; i < argc; i++)
		letters += strlen(argv[i]) + 1; /* "-vvv" is three */
	*out = (struct argv_values){
		.items = mem_array(NULL, letters + 1, sizeof *out->items),
		.operands = mem_array(NULL, (size_t)argc + 1, sizeof *out->operands),
	};
	opterr = 0;
	optind = 0; /* glibc: start anew */
	while (rc == 0) {
		int at = optind ? optind : 1;

		optopt = 0;
		code = getopt_long(argc, argv, shorts, longs, NULL);
		if (code < 0)
			break;
		rc = take(t, code, argv[at], out, e);
	}
	for (int i = optind; rc == 0 && i < argc; i++)
		add_operand(out, argv[i]);
	out->operands[out->n_operands] = NULL;
	free(shorts);
	free(longs);
	if (rc != 0)
		argv_release(out);
	return rc;
}

void argv_release(struct argv_values *v)
{
	free(v->items);
	free(v->operands);
	*v = (struct argv_values){0};
}
