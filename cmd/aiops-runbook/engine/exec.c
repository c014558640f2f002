#include "aiops-runbook/engine/exec.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WORD_MAX = 128 << 10 }; /* MAX_ARG_STRLEN of Linux */

static int unknown(const struct template *t, const struct bindings *b, struct err *e)
{
	for (size_t i = 0; i < t->n; i++)
		if (!part_value(&t->parts[i], b).data)
			return err_set(e, EX_BADDATA, "{{%.*s}} has no value",
				       (int)t->parts[i].text.len, t->parts[i].text.data);
	return err_set(e, EX_BUG, "a template cannot be filled in");
}

/* One word; a template can never make two. */
static int render_word(const struct template *t, const struct bindings *b, const char *prefix,
		       char **out, struct err *e)
{
	struct buf word = BUF_INIT(WORD_MAX - 1);

	buf_add_cstr(&word, prefix);
	if (!template_render(t, b, &word)) {
		buf_release(&word);
		return unknown(t, b, e);
	}
	if (buf_overflowed(&word)) {
		buf_release(&word);
		return err_set(e, EX_BADDATA, "a word of a command is longer than %d bytes",
			       WORD_MAX);
	}
	*out = buf_take(&word);
	return 0;
}

static int build_argv(struct exec *x, const struct bindings *b, const struct cmd *c, struct err *e)
{
	x->argv = mem_zalloc((c->argc + 1) * sizeof *x->argv);
	for (size_t i = 0; i < c->argc; i++, x->argc++)
		if (render_word(&c->argv[i], b, "", &x->argv[i], e) != 0)
			return -1;
	return 0;
}

static char *assignment(const char *name, const char *value)
{
	struct buf b = BUF_INIT(WORD_MAX);

	buf_addf(&b, "%s=%s", name, value);
	return buf_take(&b);
}

/* A variable whose parameter was given no value is left out. */
static bool lacks_param(const struct template *t, const struct bindings *b)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].ref == REF_PARAM && !b->params[t->parts[i].index].data)
			return true;
	return false;
}

static bool sets(const struct cmd *c, const char *name)
{
	for (size_t i = 0; i < c->n_env; i++)
		if (span_is(c->env[i].name, name))
			return true;
	return false;
}

static int build_env(struct exec *x, const struct bindings *b, const struct cmd *c,
		     const struct exec_env *env, struct err *e)
{
	x->envp = mem_zalloc((c->n_env + 4) * sizeof *x->envp);
	x->envp[x->envc++] = assignment("PATH", env->path);
	if (!sets(c, "LANG"))
		x->envp[x->envc++] = assignment("LANG", "C.UTF-8");
	if (!sets(c, "HOME"))
		x->envp[x->envc++] = assignment("HOME", env->home);
	for (size_t i = 0; i < c->n_env; i++) {
		char *name;
		int rc;

		if (lacks_param(&c->env[i].value, b))
			continue;
		name = assignment(c->env[i].name.data, "");
		rc = render_word(&c->env[i].value, b, name, &x->envp[x->envc], e);
		free(name);
		if (rc != 0)
			return -1;
		x->envc++;
	}
	return 0;
}

static void hash_argv(struct exec *x)
{
	struct span *parts = mem_array(NULL, x->argc, sizeof *parts);
	struct digest d;

	for (size_t i = 0; i < x->argc; i++)
		parts[i] = span_of(x->argv[i], strlen(x->argv[i]) + 1);
	d = digest_of(parts, x->argc);
	digest_hex(&d, x->argv_sha256);
	free(parts);
}

int exec_build(struct exec *x, const struct plan *p, const struct bindings *b, const struct cmd *c,
	       const struct exec_env *env, int64_t timeout_ms, struct err *e)
{
	*x = (struct exec){0};
	if (build_argv(x, b, c, e) != 0 || build_env(x, b, c, env, e) != 0) {
		exec_release(x);
		return -1;
	}
	hash_argv(x);
	x->spec = (struct proc_spec){
		.path = plan_executable(p, c)->path.data,
		.argv = (const char *const *)x->argv,
		.envp = (const char *const *)x->envp,
		.timeout_ms = timeout_ms < c->timeout_ms ? timeout_ms : c->timeout_ms,
		.kill_after_ms = c->kill_after_ms,
		.output_limit = c->output_limit,
		.input = c->input,
	};
	return 0;
}

static void free_words(char **words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(words[i]);
	free(words);
}

void exec_release(struct exec *x)
{
	free_words(x->argv, x->argc);
	free_words(x->envp, x->envc);
	*x = (struct exec){0};
}
