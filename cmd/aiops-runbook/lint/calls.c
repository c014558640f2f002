#include "aiops-runbook/lint/calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SCRIPT_WORDS_MAX = 4096 };

struct span base_name(struct span path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.data[i - 1] == '/')
			return span_of(path.data + i, path.len - i);
	return path;
}

bool is_one_of(struct span s, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (span_is(s, words[i]))
			return true;
	return false;
}

bool has_nocase(struct span s, const char *needle)
{
	size_t n = strlen(needle);

	for (size_t i = 0; i + n <= s.len; i++)
		if (span_eq_nocase(span_of(s.data + i, n), span_cstr(needle)))
			return true;
	return false;
}

bool is_shell(struct span tool)
{
	static const char *const shells[] = {"sh",  "bash", "dash", "zsh",
					     "ksh", "ash",  "fish", NULL};

	return is_one_of(tool, shells);
}

const char *use_id(const struct command_use *use)
{
	return use->id.data ? use->id.data : "?";
}

const char *step_name(const struct step *s)
{
	return s->id.text.data ? s->id.text.data : "?";
}

/* ---- questions ---- */

struct span call_tool(const struct call *c)
{
	return base_name(c->words[c->tool].text);
}

bool call_is_one(const struct call *c, const char *const *names)
{
	return is_one_of(call_tool(c), names);
}

bool call_is(const struct call *c, const char *name)
{
	return span_is(call_tool(c), name);
}

const struct call_word *call_word_of(const struct call *c, const char *const *words)
{
	for (size_t i = c->tool + 1; i < c->n; i++)
		if (is_one_of(c->words[i].text, words))
			return &c->words[i];
	return NULL;
}

const struct call_word *call_word(const struct call *c, const char *word)
{
	const char *const words[] = {word, NULL};

	return call_word_of(c, words);
}

static bool is_option(struct span w, char letter, const char *long_name)
{
	size_t n = long_name ? strlen(long_name) : 0;

	if (long_name && span_starts(w, long_name) && (w.len == n || w.data[n] == '='))
		return true;
	if (!letter || w.len < 2 || w.data[0] != '-' || w.data[1] == '-')
		return false;
	for (size_t i = 1; i < w.len; i++)
		if (w.data[i] == letter)
			return true;
	return false;
}

const struct call_word *call_option(const struct call *c, char letter, const char *long_name)
{
	for (size_t i = c->tool + 1; i < c->n; i++)
		if (is_option(c->words[i].text, letter, long_name))
			return &c->words[i];
	return NULL;
}

bool call_says(const struct call *c, const char *const *words)
{
	size_t k = 0;

	for (size_t i = c->tool + 1; i < c->n && words[k]; i++)
		if (span_eq_nocase(c->words[i].text, span_cstr(words[k])))
			k++;
	return !words[k];
}

/* ---- behind wrappers ---- */

/* Programmes that run the words behind their own; ssh runs them elsewhere. */
static const struct {
	const char *name;
	const char *values; /* its short options that take the next word */
	size_t operands;    /* of its own in front of the command */
} wrappers[] = {
	{"sudo", "ugCDhpRrtTU", 0},
	{"doas", "uC", 0},
	{"env", "uSC", 0},
	{"nice", "n", 0},
	{"ionice", "cnp", 0},
	{"nohup", "", 0},
	{"setsid", "", 0},
	{"timeout", "ks", 1},
	{"xargs", "nPIdEasL", 0},
	{"stdbuf", "ioe", 0},
	{"time", "fo", 0},
	{"watch", "n", 0},
	{"exec", "a", 0},
	{"command", "", 0},
	{"flock", "wE", 1},
	{"chroot", "", 1},
	{"runuser", "u", 0},
	{"systemd-run", "pE", 0},
	{"ssh", "ilpoFJLRDbceEImOQSWw", 1},
};

static bool is_assignment(struct span w)
{
	const char *sign = memchr(w.data, '=', w.len);

	for (const char *at = w.data; sign && at < sign; at++)
		if (!((*at >= 'A' && *at <= 'Z') || *at == '_' || (*at >= '0' && *at <= '9')))
			return false;
	return sign && sign > w.data;
}

/* The word behind a wrapper's own options and operands; n if there is none. */
static size_t behind_wrapper(const struct call_word *w, size_t n, size_t at, size_t which)
{
	size_t i = at + 1;

	while (i < n && w[i].text.len > 1 && w[i].text.data[0] == '-') {
		struct span o = w[i].text;

		i++;
		if (span_is(o, "--"))
			break;
		if (o.len == 2 && strchr(wrappers[which].values, o.data[1]))
			i++;
	}
	i += wrappers[which].operands;
	while (i < n && is_assignment(w[i].text))
		i++;
	return i < n ? i : n;
}

static size_t find_tool(const struct call_word *w, size_t n)
{
	size_t at = 0;

	while (at + 1 < n && is_assignment(w[at].text)) /* X=1 command, in a script */
		at++;
	for (;;) {
		size_t k = 0, next;

		while (k < sizeof wrappers / sizeof *wrappers &&
		       !span_is(base_name(w[at].text), wrappers[k].name))
			k++;
		next = k < sizeof wrappers / sizeof *wrappers ? behind_wrapper(w, n, at, k) : n;
		if (next == n)
			return at;
		at = next;
	}
}

/* ---- scripts ---- */

struct walk {
	call_fn *fn;
	void *ctx;
	const struct command_use *use;
};

struct script {
	struct span rest;
	struct pos at;
	struct call_word *words;
	size_t n, cap;
};

static bool ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '|' || c == '&';
}

/* Takes a word: quotes keep what is in them together; >& and &> do not end it. */
static void take_word(struct script *s)
{
	const char *p = s->rest.data;
	size_t n = 0;
	char quote = 0;

	while (n < s->rest.len && (quote || !ends_word(p[n]) ||
				   (p[n] == '&' && ((n > 0 && p[n - 1] == '>') ||
						    (n + 1 < s->rest.len && p[n + 1] == '>'))))) {
		if (quote ? p[n] == quote : (p[n] == '\'' || p[n] == '"'))
			quote = quote ? 0 : p[n];
		n++;
	}
	if (s->n < SCRIPT_WORDS_MAX) {
		struct span text = span_of(p, n);

		if (n >= 2 && (p[0] == '\'' || p[0] == '"') && p[n - 1] == p[0])
			text = span_of(p + 1, n - 2);
		mem_grow(s->words, s->cap, s->n + 1);
		s->words[s->n++] = (struct call_word){text, s->at};
	}
	s->rest = span_of(p + n, s->rest.len - n);
}

/* What ends a simple command, taken; 0 at the end of the text. */
static char take_separator(struct script *s)
{
	char c = s->rest.len ? s->rest.data[0] : 0;
	bool twice = s->rest.len > 1 && s->rest.data[1] == c && (c == '&' || c == '|');

	if (c == 0)
		return 0;
	s->rest = span_of(s->rest.data + 1 + twice, s->rest.len - 1 - twice);
	if (twice)
		return c == '&' ? 'a' : 'o';
	return c == '\n' ? ';' : c;
}

static void each_in_script(const struct walk *w, struct span text, struct pos at)
{
	struct script s = {.rest = text, .at = at};
	struct call_word before = {SPAN_NONE, at};
	bool piped = false;

	while (s.rest.len) {
		struct call c = {.use = w->use, .in_script = true, .piped = piped};

		s.n = 0;
		while (s.rest.len && strchr(" \t", s.rest.data[0]))
			s.rest = span_of(s.rest.data + 1, s.rest.len - 1);
		while (s.rest.len && !strchr(";|&\n", s.rest.data[0])) {
			take_word(&s);
			while (s.rest.len && strchr(" \t", s.rest.data[0]))
				s.rest = span_of(s.rest.data + 1, s.rest.len - 1);
		}
		c.end = take_separator(&s);
		if (s.n == 0)
			continue;
		c.words = s.words;
		c.n = s.n;
		c.tool = find_tool(s.words, s.n);
		c.before = piped ? &before : NULL;
		w->fn(w->ctx, &c);
		before = s.words[c.tool];
		piped = c.end == '|';
	}
	free(s.words);
}

/* The script behind a shell's -c, or the one word that ssh hands to a shell elsewhere. */
static const struct call_word *script_of(const struct call *c)
{
	struct span tool = call_tool(c);

	for (size_t i = c->tool + 1; is_shell(tool) && i + 1 < c->n; i++)
		if (is_option(c->words[i].text, 'c', NULL))
			return &c->words[i + 1];
	if (c->tool > 0 && c->tool + 1 == c->n && memchr(tool.data, ' ', tool.len))
		return &c->words[c->tool];
	return NULL;
}

static void each_of_command(void *ctx, const struct command_use *use)
{
	struct walk *w = ctx;
	const struct cmd *cmd = use->command;
	struct call_word *words;
	struct call c;

	if (cmd->http)
		return;
	words = mem_array(NULL, cmd->argc, sizeof *words);
	for (size_t i = 0; i < cmd->argc; i++)
		words[i] = (struct call_word){cmd->argv[i].source, cmd->argv[i].at};
	w->use = use;
	c = (struct call){.use = use, .words = words, .n = cmd->argc};
	c.tool = find_tool(words, c.n);
	w->fn(w->ctx, &c);
	if (script_of(&c))
		each_in_script(w, script_of(&c)->text, script_of(&c)->at);
	free(words);
}

void lint_each_call(const struct runbook *rb, call_fn *fn, void *ctx)
{
	struct walk w = {fn, ctx, NULL};

	lint_each_command(rb, each_of_command, &w);
}
