/*
 * Flags: reading them, and what the rules of a tool make of them.
 */
#include "aiops-runbook/effects/judge_impl.h"

#include <ctype.h>

struct flag short_flag(const struct call *c, size_t i, size_t letter, char name[static 3])
{
	const struct word *w = &c->words[i];
	struct flag f = {.words = 1, .value_known = true};
	struct span rest;

	if (letter >= w->text.len)
		return (struct flag){.name = w->text, .words = 1, .open = true};
	rest = span_of(w->text.data + letter + 1, w->text.len - letter - 1);
	name[0] = '-';
	name[1] = w->text.data[letter];
	name[2] = '\0';
	f.name = span_of(name, 2);
	if (texts_have(&c->tool->values, f.name)) {
		f.has_value = true;
		if (rest.len) {
			f.value = rest;
			f.value_known = w->known;
		} else if (!w->known) {
			f.open = true; /* with an empty value the next word is the flag's */
		} else if (i + 1 < c->n) {
			f.value = c->words[i + 1].text;
			f.value_known = c->words[i + 1].known;
			f.words = 2;
		}
		return f;
	}
	f.words = rest.len || !w->known ? 0 : 1;
	return f;
}

struct flag long_flag(const struct call *c, size_t i)
{
	const struct word *w = &c->words[i];
	const char *eq = memchr(w->text.data, '=', w->text.len);
	struct flag f = {.name = w->text, .words = 1, .value_known = true};

	if (eq) {
		f.name = span_of(w->text.data, (size_t)(eq - w->text.data));
		f.value = span_of(eq + 1, (size_t)(w->text.data + w->text.len - eq - 1));
		f.has_value = true;
		f.value_known = w->known;
	} else if (!w->known) {
		f.open = true;
	} else if (texts_have(&c->tool->values, f.name) && i + 1 < c->n) {
		f.value = c->words[i + 1].text;
		f.has_value = true;
		f.value_known = c->words[i + 1].known;
		f.words = 2;
	}
	return f;
}

bool is_flag(const struct word *w)
{
	return w->text.len > (w->known ? 1 : 0) && w->text.data[0] == '-';
}

bool is_short(const struct call *c, const struct word *w)
{
	return is_flag(w) && (w->text.len == 1 || w->text.data[1] != '-') && !c->tool->single_dash;
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

/* The words that are neither flags nor their values. */
size_t operands_of(const struct call *c, struct word *out, size_t max)
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

/* ---- rules ---- */

struct search {
	const struct texts *names;
	bool found;
};

static bool find_flag(struct call *c, const struct flag *f, size_t i, void *ctx)
{
	struct search *s = ctx;

	(void)c;
	(void)i;
	s->found |= !f->open && texts_have(s->names, f->name);
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

	judge_words(c->table, c->words + i + 1, inner_words(c, f, i), SPAN_NONE, c->depth + 1,
		    &inner);
	c->out->repeatable &= inner.repeatable;
	judgement_raise(c->out, inner.effect, "runs", span_cstr(inner.why));
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
		judgement_raise(c->out, effect, "SQL:", span_cstr(why));
	} else if (rule->file && c->tool->input_sql && f->value_known && span_is(f->value, "-")) {
		/* what stands on standard input is judged with the whole */
	} else if (rule->file) {
		s->raised = true;
		judgement_raise(c->out, EFFECT_DESTRUCTIVE, "what it reads is not known:", f->name);
	} else if (rule->lowers) {
		s->to = s->lowered && s->to > rule->effect ? s->to : rule->effect;
		s->lowered = true;
	} else {
		s->raised |= rule->effect == EFFECT_DESTRUCTIVE;
		judgement_raise(c->out, rule->effect, "flag", f->name);
	}
}

static bool apply_flag(struct call *c, const struct flag *f, size_t i, void *ctx)
{
	struct flags_state *s = ctx;
	bool known = c->tool->any_flag || texts_have(&c->tool->allowed, f->name) ||
		     texts_have(&c->tool->values, f->name);
	bool asked = false, fitted = false;

	if (f->open) {
		s->raised = true;
		judgement_raise(c->out, EFFECT_DESTRUCTIVE, "a flag that is not known:", f->name);
		return true;
	}
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
		judgement_raise(c->out, EFFECT_DESTRUCTIVE, "unknown value of", f->name);
	}
	/* A lone number (head -5) changes nothing where a flag may stand. */
	if (!known && !(f->name.len > 1 && isdigit((unsigned char)f->name.data[1]))) {
		s->raised = true;
		judgement_raise(c->out, EFFECT_DESTRUCTIVE, "unknown flag", f->name);
	}
	return true;
}

void apply_flags(struct call *c)
{
	struct flags_state s = {false, false, EFFECT_READ};

	each_flag(c, apply_flag, &s);
	/* A dry run; but what another flag asks for is not made harmless by it. */
	if (s.lowered && !s.raised)
		judgement_say(c->out, s.to, "%.*s with a flag that makes it %s", (int)c->name.len,
			      c->name.data, effect_names[s.to]);
}
