/*
 * Judging a command line by the tables.
 */
#include "aiops-runbook/effects/judge_impl.h"

#include <stdarg.h>
#include <stdio.h>

void judgement_say(struct judgement *j, enum effect effect, const char *fmt, ...)
{
	va_list ap;

	j->effect = effect;
	va_start(ap, fmt);
	(void)vsnprintf(j->why, sizeof j->why, fmt, ap); /* a longer one is cut */
	va_end(ap);
}

void judgement_raise(struct judgement *j, enum effect effect, const char *what, struct span why)
{
	if (effect > j->effect)
		judgement_say(j, effect, "%s %.*s", what, (int)(why.len < 80 ? why.len : 80),
			      why.data ? why.data : "");
}

/* ---- subcommands ---- */

static bool same_word(const struct call *c, struct span a, struct span b)
{
	return c->tool->fold_case ? span_eq_nocase(a, b) : span_eq(a, b);
}

static bool path_fits(const struct call *c, const struct texts *path, const struct word *operands,
		      size_t n)
{
	if (path->n > n)
		return false;
	for (size_t i = 0; i < path->n; i++) {
		if (!operands[i].known || !same_word(c, path->items[i], operands[i].text))
			return false;
	}
	return true;
}

static void judge_commands(struct call *c)
{
	struct word operands[INNER_MAX];
	size_t n = operands_of(c, operands, INNER_MAX), best = 0;

	for (size_t i = 0; i < c->tool->n_commands; i++) {
		const struct tool_command *k = &c->tool->commands[i];

		if (k->path.n >= best && path_fits(c, &k->path, operands, n) &&
		    (!c->command || k->path.n > c->command->path.n)) {
			c->command = k;
			best = k->path.n;
		}
	}
	if (!c->command) {
		judgement_say(c->out, EFFECT_DESTRUCTIVE, "%.*s %.*s is in no table",
			      (int)c->name.len, c->name.data,
			      n && operands[0].known ? (int)operands[0].text.len : 3,
			      n && operands[0].known ? operands[0].text.data : "...");
		return;
	}
	c->out->repeatable = c->command->repeatable;
	judgement_say(c->out, c->command->effect, "%.*s %.*s", (int)c->name.len, c->name.data,
		      n ? (int)operands[0].text.len : 0, n ? operands[0].text.data : "");
	apply_flags(c);
}

/* ---- the other kinds ---- */

/* date +%s tells the time, date 0101 sets it. */
static void count_operands(struct call *c)
{
	struct word operands[INNER_MAX];
	size_t n = operands_of(c, operands, INNER_MAX), count = 0;

	for (size_t i = 0; i < n; i++)
		count += !(operands[i].known && span_starts(operands[i].text, "+"));
	if (count > c->tool->max_operands)
		judgement_raise(c->out, EFFECT_DESTRUCTIVE,
				"an operand changes what it does:", operands[n - 1].text);
}

static void judge_flags(struct call *c)
{
	judgement_say(c->out, c->tool->effect, "%.*s", (int)c->name.len, c->name.data);
	c->out->repeatable = c->tool->repeatable;
	apply_flags(c);
	count_operands(c);
	/* Without a statement psql reads them from standard input. */
	if (c->tool->input_sql && c->input.data) {
		char why[200] = "";
		enum effect effect = sql_effect(c->input, true, why);

		judgement_raise(c->out, effect, "SQL:", span_cstr(why));
	}
}

/* Its own options, then `skip` operands, then NAME=VALUE words, then the command. */
/* NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX deep at most */
static void judge_wrapper(struct call *c)
{
	size_t i = 0, skip = c->tool->skip;

	while (i < c->n) {
		const struct word *w = &c->words[i];
		char name[3];

		if (span_is(w->text, "--") && w->known) {
			i++;
			break;
		}
		if (is_flag(w)) {
			struct flag f;
			size_t letter = 1;

			do
				f = is_short(c, w) ? short_flag(c, i, letter++, name)
						   : long_flag(c, i);
			while (f.words == 0);
			if (f.open) {
				judgement_say(c->out, EFFECT_DESTRUCTIVE,
					      "what is run is not known");
				return;
			}
			i += f.words;
			continue;
		}
		if (memchr(w->text.data, '=', w->text.len) && c->tool->operands_free) {
			i++;
			continue;
		}
		if (skip == 0)
			break;
		skip--;
		i++;
	}
	if (i >= c->n) {
		judgement_say(c->out, c->tool->effect, "%.*s alone", (int)c->name.len,
			      c->name.data);
		return;
	}
	judge_words(c->table, c->words + i, c->n - i, c->input, c->depth + 1, c->out);
}

/* The word behind -c, which stands among the shell's own options; NULL: none. Behind a script's
 * name it is the script's. */
static const struct word *shell_code(const struct call *c)
{
	for (size_t i = 0; i + 1 < c->n; i++) {
		const struct word *w = &c->words[i];

		if (!w->known || w->text.len < 2 || !strchr("-+", w->text.data[0]))
			return NULL;
		if (span_is(w->text, "-c"))
			return w + 1;
		i += strchr("oO", w->text.data[w->text.len - 1]) != NULL; /* takes a name */
	}
	return NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX deep at most */
static void judge_shell(struct call *c)
{
	const struct word *code = shell_code(c);
	struct word inner[INNER_MAX];
	size_t n;

	if (code && code->known && plain_words(code->text, inner, INNER_MAX, &n) && n) {
		judge_words(c->table, inner, n, c->input, c->depth + 1, c->out);
		return;
	}
	/* A script is a tool, by its file's name; most are in no table. */
	if (c->n && c->words[0].text.len && !is_flag(&c->words[0])) {
		judge_words(c->table, c->words, c->n, c->input, c->depth + 1, c->out);
		return;
	}
	judgement_say(c->out, EFFECT_DESTRUCTIVE, "%.*s runs code", (int)c->name.len, c->name.data);
	c->out->known = c->n == 0 || c->words[0].text.len > 0;
}

/* ---- the whole ---- */

static struct span base_name(struct span path)
{
	for (size_t i = path.len; i > 0; i--) {
		if (path.data[i - 1] == '/')
			return span_of(path.data + i, path.len - i);
	}
	return path;
}

/* NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX deep at most */
void judge_words(const struct effects *t, const struct word *words, size_t n, struct span input,
		 int depth, struct judgement *out)
{
	struct call c = {.table = t,
			 .words = words + 1,
			 .n = n ? n - 1 : 0,
			 .input = input,
			 .depth = depth,
			 .out = out};

	*out = (struct judgement){.repeatable = true, .known = true};
	if (n == 0 || !words[0].known || depth > DEPTH_MAX) {
		judgement_say(out, EFFECT_DESTRUCTIVE, "what is run is not known");
		return;
	}
	c.name = base_name(words[0].text);
	c.tool = tool_named(t, c.name);
	if (!c.tool) {
		judgement_say(out, EFFECT_DESTRUCTIVE, "'%.*s' is in no table",
			      (int)(c.name.len < 80 ? c.name.len : 80), c.name.data);
		out->repeatable = out->known = false;
		return;
	}
	switch (c.tool->kind) {
	case TOOL_COMMANDS:
		judge_commands(&c);
		break;
	case TOOL_FLAGS:
		judge_flags(&c);
		break;
	case TOOL_WRAPPER:
		judge_wrapper(&c);
		break;
	case TOOL_SHELL:
		judge_shell(&c);
		break;
	}
}

void effects_judge(const struct effects *t, const struct word *words, size_t n, struct span input,
		   struct judgement *out)
{
	judge_words(t, words, n, input, 0, out);
}
