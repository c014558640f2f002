#include "aiops-runbook/engine/exec.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/engine/exec_http.h"
#include "aiops-runbook/schema/secret_ref.h"
#include "base/mem.h"
#include "base/secret.h"

enum {
	WORD_MAX = 128 << 10, /* MAX_ARG_STRLEN of Linux */
	SECRET_MAX = 8192,
	REQUEST_MAX = 1 << 20, /* what aiops-http reads */
};

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

/* ---- secrets ---- */

static const struct param *secret_param(const struct runbook *rb, const struct template *t)
{
	const struct param *p =
		t->n == 1 && t->parts[0].ref == REF_PARAM ? &rb->params[t->parts[0].index] : NULL;

	return p && p->type == PARAM_SECRET_REF ? p : NULL;
}

/* What a reference names, behind `name=`. */
static int secret_assignment(const struct exec_env *env, const char *name, struct span text,
			     char **out, struct err *e)
{
	struct buf word = BUF_INIT(SECRET_MAX);
	struct secret_ref ref;
	char *named = NULL;
	const char *value = NULL;
	int rc = 0;

	buf_addf(&word, "%s=", name);
	if (!secret_ref_parse(text, &ref)) {
		rc = err_set(e, EX_BADDATA, "the secret for %s is not named", name);
	} else {
		named = mem_dup(ref.name.data, ref.name.len);
		value = ref.is_file || !env->variable ? NULL : env->variable(named);
		if (ref.is_file)
			rc = secret_read(named, &word, e);
		else if (!value)
			rc = err_set(e, EX_UNREADABLE, "the variable %s is not set", named);
		else
			buf_add_cstr(&word, value);
	}
	if (rc == 0 && buf_overflowed(&word))
		rc = err_set(e, EX_BADDATA, "the secret for %s is longer than %d bytes", name,
			     SECRET_MAX);
	if (rc == 0)
		*out = buf_take(&word);
	secret_release(&word);
	free(named);
	return rc;
}

/* ---- the environment ---- */

static int add_variable(struct exec *x, const struct plan *p, const struct bindings *b,
			const struct env_var *v, const struct exec_env *env, struct err *e)
{
	char *name, **out = &x->envp[x->envc];
	int rc;

	if (lacks_param(&v->value, b))
		return 0;
	if (secret_param(p->rb, &v->value)) {
		rc = secret_assignment(env, v->name.data, part_value(&v->value.parts[0], b), out,
				       e);
	} else {
		name = assignment(v->name.data, "");
		rc = render_word(&v->value, b, name, out, e);
		free(name);
	}
	if (rc == 0)
		x->envc++;
	return rc;
}

/* aiops-http reads no configuration, and gets the credential that is named env:NAME. */
static int add_http_variables(struct exec *x, const struct bindings *b, const struct http *h,
			      const struct exec_env *env, struct err *e)
{
	struct buf text = BUF_INIT(PARAM_LONGEST + 1);
	struct secret_ref ref;
	int rc = 0;

	x->envp[x->envc++] = assignment("AIOPS_CONFIG", "/dev/null");
	if (h->auth && template_render(&h->secret, b, &text) &&
	    secret_ref_parse(buf_span(&text), &ref) && !ref.is_file)
		rc = secret_assignment(env, HTTP_SECRET_VARIABLE, buf_span(&text),
				       &x->envp[x->envc], e);
	if (rc == 0 && x->envp[x->envc])
		x->envc++;
	buf_release(&text);
	return rc;
}

static int build_env(struct exec *x, const struct plan *p, const struct bindings *b,
		     const struct cmd *c, const struct exec_env *env, struct err *e)
{
	x->envp = mem_zalloc((c->n_env + 6) * sizeof *x->envp);
	x->envp[x->envc++] = assignment("PATH", env->path);
	if (!sets(c, "LANG"))
		x->envp[x->envc++] = assignment("LANG", "C.UTF-8");
	if (!sets(c, "HOME"))
		x->envp[x->envc++] = assignment("HOME", env->home);
	for (size_t i = 0; i < c->n_env; i++)
		if (add_variable(x, p, b, &c->env[i], env, e) != 0)
			return -1;
	return c->http ? add_http_variables(x, b, c->http, env, e) : 0;
}

/* Of the words, and of a request what is asked (a credential is only named in it). */
static void hash_argv(struct exec *x)
{
	struct span *parts = mem_array(NULL, x->argc + 1, sizeof *parts);
	struct digest d;

	for (size_t i = 0; i < x->argc; i++)
		parts[i] = span_of(x->argv[i], strlen(x->argv[i]) + 1);
	parts[x->argc] = buf_span(&x->request);
	d = digest_of(parts, x->argc + (x->request.len > 0));
	digest_hex(&d, x->argv_sha256);
	free(parts);
}

/* The same for every try of a step in a run, so that the other side can tell them apart from new
 * ones. */
static void idempotency_key(const struct bindings *b, struct span step, struct buf *out)
{
	buf_add_span(out, b->run_id);
	buf_add_char(out, '/');
	buf_add_span(out, step);
}

static int build_request(struct exec *x, const struct plan *p, const struct bindings *b,
			 const struct cmd *c, int64_t timeout_ms, struct err *e)
{
	struct buf key = BUF_INIT(256);
	int rc = 0;

	x->request = BUF_INIT(REQUEST_MAX);
	if (c->http) {
		idempotency_key(b, c->http->step, &key);
		rc = exec_http_write(c, p->rb, b, buf_span(&key), timeout_ms, &x->request, e);
	}
	buf_release(&key);
	return rc;
}

int exec_build(struct exec *x, const struct plan *p, const struct bindings *b, const struct cmd *c,
	       const struct exec_env *env, int64_t timeout_ms, struct err *e)
{
	int64_t ms = timeout_ms < c->timeout_ms ? timeout_ms : c->timeout_ms;

	*x = (struct exec){0};
	if (build_argv(x, b, c, e) != 0 || build_env(x, p, b, c, env, e) != 0 ||
	    build_request(x, p, b, c, ms, e) != 0) {
		exec_release(x);
		return -1;
	}
	hash_argv(x);
	x->spec = (struct proc_spec){
		.path = plan_executable(p, c)->path.data,
		.argv = (const char *const *)x->argv,
		.envp = (const char *const *)x->envp,
		.timeout_ms = c->http ? ms + HTTP_GRACE_MS : ms,
		.kill_after_ms = c->kill_after_ms,
		.output_limit = c->output_limit,
		.output_halts = c->output_halts,
		.input = c->http ? buf_span(&x->request) : c->input,
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
	for (size_t i = 0; i < x->envc; i++)
		explicit_bzero(x->envp[i], strlen(x->envp[i])); /* it may hold secrets */
	free_words(x->envp, x->envc);
	secret_release(&x->request);
	*x = (struct exec){0};
}
