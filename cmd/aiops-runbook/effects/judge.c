/*
 * Judging a command line by the tables.
 */
#include "aiops-runbook/effects/table.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { INNER_MAX = 256, DEPTH_MAX = 6 };

/* What is being judged. */
struct call {
	const struct effects *table;
	const struct tool *tool;
	const struct word *words; /* without the tool's name */
	size_t n;
	struct span name, input;
	int depth;
	const struct tool_command *command;
	struct judgement *out;
};

static void judge(const struct effects *t, const struct word *words, size_t n, struct span input,
		  int depth, struct judgement *out);

__attribute__((format(printf, 3, 4))) static void say(struct judgement *j, enum effect effect,
						      const char *fmt, ...)
{
	va_list ap;

	j->effect = effect;
	va_start(ap, fmt);
	(void)vsnprintf(j->why, sizeof j->why, fmt, ap); /* a longer one is cut */
	va_end(ap);
}

static void raise_to(struct judgement *j, enum effect effect, const char *what, struct span why)
{
	if (effect > j->effect)
		say(j, effect, "%s %.*s", what, (int)(why.len < 80 ? why.len : 80),
		    why.data ? why.data : "");
}

/* ---- flags ---- */

/* One flag as it stands: its name, and its value if it has one. */
struct flag {
	struct span name, value;
	bool has_value, value_known;
	size_t words; /* that it takes, its own included; 0: there is more in its word */
};

/* -rf as -r and -f: at letter `letter` of the word. */
static struct flag short_flag(const struct call *c, size_t i, size_t letter, char name[static 3])
{
	const struct word *w = &c->words[i];
	struct flag f = {.words = 1, .value_known = true};
	struct span rest = span_of(w->text.data + letter + 1, w->text.len - letter - 1);

	name[0] = '-';
	name[1] = w->text.data[letter];
	name[2] = '\0';
	f.name = span_of(name, 2);
	if (texts_have(&c->tool->values, f.name)) {
		f.has_value = true;
		if (rest.len || !w->known) {
			f.value = rest;
			f.value_known = w->known;
		} else if (i + 1 < c->n) {
			f.value = c->words[i + 1].text;
			f.value_known = c->words[i + 1].known;
			f.words = 2;
		}
		return f;
	}
	f.words = rest.len ? 0 : 1;
	return f;
}

static struct flag long_flag(const struct call *c, size_t i)
{
	const struct word *w = &c->words[i];
	const char *eq = memchr(w->text.data, '=', w->text.len);
	struct flag f = {.name = w->text, .words = 1, .value_known = true};

	if (eq) {
		f.name = span_of(w->text.data, (size_t)(eq - w->text.data));
		f.value = span_of(eq + 1, (size_t)(w->text.data + w->text.len - eq - 1));
		f.has_value = true;
		f.value_known = w->known;
	} else if (texts_have(&c->tool->values, f.name) && i + 1 < c->n) {
		f.value = c->words[i + 1].text;
		f.has_value = true;
		f.value_known = c->words[i + 1].known;
		f.words = 2;
	}
	return f;
}

static bool is_flag(const struct word *w)
{
	return w->text.len > 1 && w->text.data[0] == '-';
}

static bool is_short(const struct call *c, const struct word *w)
{
	return is_flag(w) && w->text.data[1] != '-' && !c->tool->single_dash;
}

/* The words of a command inside: up to ; or +. 0 if the flag has none. */
static size_t inner_words(const struct call *c, const struct flag *f, size_t i)
{
	size_t n = 0;
	bool has = false;

	for (size_t k = 0; k < c->tool->n_flags; k++)
		has |= c->tool->flags[k].inner && texts_have(&c->tool->flags[k].flags, f->name);
	while (has && i + 1 + n < c->n &&
	       !(c->words[i + 1 + n].known && (span_is(c->words[i + 1 + n].text, ";") ||
					       span_is(c->words[i + 1 + n].text, "+"))))
		n++;
	return n;
}

/* Calls fn for each flag before `--`; false from fn stops. */
typedef bool flag_fn(struct call *c, const struct flag *f, size_t i, void *ctx);
static void each_flag(struct call *c, flag_fn *fn, void *ctx)
{
	for (size_t i = 0; i < c->n;) {
		size_t letter = 1;
		struct flag f = {.words = 1};
		char name[3];

		if (span_is(c->words[i].text, "--") && c->words[i].known)
			return;
		if (!is_flag(&c->words[i])) {
			i++;
			continue;
		}
		if (!is_short(c, &c->words[i])) {
			f = long_flag(c, i);
			if (!fn(c, &f, i, ctx))
				return;
			i += f.words + inner_words(c, &f, i);
			continue;
		}
		do {
			f = short_flag(c, i, letter++, name);
			if (!fn(c, &f, i, ctx))
				return;
		} while (f.words == 0);
		i += f.words;
	}
}

struct search {
	const struct texts *names;
	bool found;
};

static bool find_flag(struct call *c, const struct flag *f, size_t i, void *ctx)
{
	struct search *s = ctx;

	(void)c;
	(void)i;
	s->found |= texts_have(s->names, f->name);
	return !s->found;
}

static bool has_flag(struct call *c, const struct texts *names)
{
	struct search s = {names, false};

	if (names->n)
		each_flag(c, find_flag, &s);
	return s.found;
}

/* The rule's command path, as written, is the one of the call. */
static bool rule_is_for(const struct call *c, const struct tool_flag *rule)
{
	struct buf path = BUF_INIT(512);
	bool fits;

	if (rule->on.n == 0)
		return true;
	for (size_t i = 0; c->command && i < c->command->path.n; i++)
		buf_addf(&path, "%s%.*s", i ? " " : "", (int)c->command->path.items[i].len,
			 c->command->path.items[i].data);
	fits = texts_have(&rule->on, buf_span(&path));
	buf_release(&path);
	return fits;
}

static bool rule_fits(struct call *c, const struct tool_flag *rule, const struct flag *f)
{
	if (!texts_have(&rule->flags, f->name) || !rule_is_for(c, rule))
		return false;
	if (rule->is.n && (!f->has_value || !f->value_known || !texts_have(&rule->is, f->value))) {
		struct span empty = SPAN("");

		/* `is: [""]`: the flag alone */
		if (f->has_value || !texts_have(&rule->is, empty))
			return false;
	}
	return !has_flag(c, &rule->unless);
}

/* The words of find -exec ... ; */
static enum effect judge_inner(struct call *c, const struct flag *f, size_t i)
{
	struct judgement inner;

	judge(c->table, c->words + i + 1, inner_words(c, f, i), SPAN_NONE, c->depth + 1, &inner);
	c->out->repeatable &= inner.repeatable;
	raise_to(c->out, inner.effect, "runs", span_cstr(inner.why));
	return inner.effect;
}

struct flags_state {
	bool lowered, raised;
	enum effect to;
};

static void apply_rule(struct call *c, const struct tool_flag *rule, const struct flag *f, size_t i,
		       struct flags_state *s)
{
	char why[200] = "";

	if (rule->inner) {
		s->raised |= judge_inner(c, f, i) != EFFECT_READ;
	} else if (rule->sql) {
		enum effect effect = sql_effect(f->value, f->value_known, why);

		s->raised |= effect != EFFECT_READ;
		raise_to(c->out, effect, "SQL:", span_cstr(why));
	} else if (rule->file && c->tool->input_sql && f->value_known && span_is(f->value, "-")) {
		/* what stands on standard input is judged with the whole */
	} else if (rule->file) {
		s->raised = true;
		raise_to(c->out, EFFECT_DESTRUCTIVE, "what it reads is not known:", f->name);
	} else if (rule->lowers) {
		s->to = s->lowered && s->to > rule->effect ? s->to : rule->effect;
		s->lowered = true;
	} else {
		s->raised |= rule->effect == EFFECT_DESTRUCTIVE;
		raise_to(c->out, rule->effect, "flag", f->name);
	}
}

static bool apply_flag(struct call *c, const struct flag *f, size_t i, void *ctx)
{
	struct flags_state *s = ctx;
	bool known = c->tool->any_flag || texts_have(&c->tool->allowed, f->name) ||
		     texts_have(&c->tool->values, f->name);
	bool asked = false, fitted = false;

	for (size_t k = 0; k < c->tool->n_flags; k++) {
		const struct tool_flag *rule = &c->tool->flags[k];

		known |= texts_have(&rule->flags, f->name);
		asked |= texts_have(&rule->flags, f->name) && rule->is.n && !rule->lowers;
		if (!rule_fits(c, rule, f))
			continue;
		fitted = true;
		apply_rule(c, rule, f, i, ctx);
		if (rule->is.n)
			break; /* this value is spoken for */
	}
	if (asked && !fitted) {
		s->raised = true;
		raise_to(c->out, EFFECT_DESTRUCTIVE, "unknown value of", f->name);
	}
	/* A lone number (head -5) changes nothing where a flag may stand. */
	if (!known && !(f->name.len > 1 && isdigit((unsigned char)f->name.data[1]))) {
		s->raised = true;
		raise_to(c->out, EFFECT_DESTRUCTIVE, "unknown flag", f->name);
	}
	return true;
}

static void apply_flags(struct call *c)
{
	struct flags_state s = {false, false, EFFECT_READ};

	each_flag(c, apply_flag, &s);
	/* A dry run; but what another flag asks for is not made harmless by it. */
	if (s.lowered && !s.raised)
		say(c->out, s.to, "%.*s with a flag that makes it %s", (int)c->name.len,
		    c->name.data, effect_names[s.to]);
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

/* The words that are neither flags nor their values. */
static size_t operands_of(const struct call *c, struct word *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n && n < max;) {
		const struct word *w = &c->words[i];
		size_t letter = 1;
		struct flag f = {.words = 1};
		char name[3];

		if (span_is(w->text, "--") && w->known) {
			for (i++; i < c->n && n < max; i++)
				out[n++] = c->words[i];
			break;
		}
		if (!is_flag(w)) {
			if (n || !c->tool->operands_free || !memchr(w->text.data, '=', w->text.len))
				out[n++] = *w;
			i++;
			continue;
		}
		if (!is_short(c, w)) {
			i += long_flag(c, i).words;
			continue;
		}
		do
			f = short_flag(c, i, letter++, name);
		while (f.words == 0);
		i += f.words;
	}
	return n;
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
		say(c->out, EFFECT_DESTRUCTIVE, "%.*s %.*s is in no table", (int)c->name.len,
		    c->name.data, n && operands[0].known ? (int)operands[0].text.len : 3,
		    n && operands[0].known ? operands[0].text.data : "...");
		return;
	}
	c->out->repeatable = c->command->repeatable;
	say(c->out, c->command->effect, "%.*s %.*s", (int)c->name.len, c->name.data,
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
		raise_to(c->out, EFFECT_DESTRUCTIVE,
			 "an operand changes what it does:", operands[n - 1].text);
}

static void judge_flags(struct call *c)
{
	say(c->out, c->tool->effect, "%.*s", (int)c->name.len, c->name.data);
	c->out->repeatable = c->tool->repeatable;
	apply_flags(c);
	count_operands(c);
	/* Without a statement psql reads them from standard input. */
	if (c->tool->input_sql && c->input.data) {
		char why[200] = "";
		enum effect effect = sql_effect(c->input, true, why);

		raise_to(c->out, effect, "SQL:", span_cstr(why));
	}
}

/* Its own options, then `skip` operands, then NAME=VALUE words, then the command. */
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
			struct flag f =
				is_short(c, w) ? short_flag(c, i, 1, name) : long_flag(c, i);

			i += f.words ? f.words : 1;
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
		say(c->out, c->tool->effect, "%.*s alone", (int)c->name.len, c->name.data);
		return;
	}
	judge(c->table, c->words + i, c->n - i, c->input, c->depth + 1, c->out);
}

static void judge_shell(struct call *c)
{
	struct word inner[INNER_MAX];
	size_t n;

	for (size_t i = 0; i + 1 < c->n; i++) {
		const struct word *code = &c->words[i + 1];

		if (!span_is(c->words[i].text, "-c"))
			continue;
		if (code->known && plain_words(code->text, inner, INNER_MAX, &n) && n) {
			judge(c->table, inner, n, c->input, c->depth + 1, c->out);
			return;
		}
		break;
	}
	/* A script is a tool, by its file's name; most are in no table. */
	if (c->n && c->words[0].text.len && !is_flag(&c->words[0])) {
		judge(c->table, c->words, c->n, c->input, c->depth + 1, c->out);
		return;
	}
	say(c->out, EFFECT_DESTRUCTIVE, "%.*s runs code", (int)c->name.len, c->name.data);
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

static void judge(const struct effects *t, const struct word *words, size_t n, struct span input,
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
		say(out, EFFECT_DESTRUCTIVE, "what is run is not known");
		return;
	}
	c.name = base_name(words[0].text);
	c.tool = tool_named(t, c.name);
	if (!c.tool) {
		say(out, EFFECT_DESTRUCTIVE, "'%.*s' is in no table",
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
	judge(t, words, n, input, 0, out);
}

/* ---- plain words of a shell ---- */

bool plain_words(struct span text, struct word *out, size_t max, size_t *n)
{
	size_t from = 0;

	*n = 0;
	for (size_t i = 0; i <= text.len; i++) {
		char ch = i < text.len ? text.data[i] : ' ';

		if (ch == ' ') {
			if (i > from) {
				if (*n == max)
					return false;
				out[(*n)++] =
					(struct word){span_of(text.data + from, i - from), true};
			}
			from = i + 1;
		} else if (!isalnum((unsigned char)ch) && !strchr("_./:=,@%+-", ch)) {
			return false;
		}
	}
	return true;
}
