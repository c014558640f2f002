#include "aiops-runbook/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/lint/budget.h"
#include "aiops-runbook/lint/lint.h"
#include "aiops-runbook/schema/http.h"
#include "aiops-runbook/schema/sandbox.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/num.h"
#include "proc/proc.h"
#include "record/event.h"
#include "yaml/yaml.h"

enum { CORE_MAX = 8 << 20 };

/* ---- parameters ---- */

static const struct setting *find_setting(const struct setting *among, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(among[i].name, name))
			return &among[i];
	return NULL;
}

static const struct param *find_param(const struct runbook *rb, struct span name)
{
	for (size_t i = 0; i < rb->n_params; i++)
		if (span_eq(rb->params[i].name, name))
			return &rb->params[i];
	return NULL;
}

static int undeclared(const struct runbook *rb, struct span name, const char *source, struct err *e)
{
	const char **words = mem_array(NULL, rb->n_params + 1, sizeof *words);
	const char *near;

	for (size_t i = 0; i < rb->n_params; i++)
		words[i] = rb->params[i].name.data;
	words[rb->n_params] = NULL;
	near = nearest_word(name, words);
	free(words);
	return err_set(e, EX_BADDATA, "%s '%.*s' is not declared by the runbook%s%s%s", source,
		       (int)(name.len < 60 ? name.len : 60), name.data,
		       near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

static int check_names(const struct runbook *rb, const struct plan_input *in, struct err *e)
{
	for (size_t i = 0; i < in->n_given && !in->skip_undeclared; i++)
		if (!find_param(rb, in->given[i].name))
			return undeclared(rb, in->given[i].name, "parameter", e);
	for (size_t i = 0; i < in->n_proposed; i++)
		if (!find_param(rb, in->proposed[i].name))
			return undeclared(rb, in->proposed[i].name, "proposed parameter", e);
	return 0;
}

/* The first source that has a value wins; every one is checked in the same way. */
static int resolve_param(const struct param *p, const struct plan_input *in, struct span *out,
			 struct err *e)
{
	const struct setting *s = find_setting(in->given, in->n_given, p->name);

	if (!s && p->label.data)
		s = find_setting(in->labels, in->n_labels, p->label);
	if (!s)
		s = find_setting(in->proposed, in->n_proposed, p->name);
	if (s) {
		*out = s->value.data ? s->value : SPAN("");
		return param_check(p, *out, e) == 0 ? 0
						    : err_prefix(e, "parameter '%s'", p->name.data);
	}
	if (p->has_default) {
		*out = p->standard;
		return 0;
	}
	if (p->required)
		return err_set(e, EX_BADDATA, "parameter '%s' is required and has no value%s%s%s",
			       p->name.data, p->label.data ? " (the incident has no label '" : "",
			       p->label.data ? p->label.data : "", p->label.data ? "')" : "");
	*out = SPAN_NONE;
	return 0;
}

static int resolve_params(struct plan *p, const struct plan_input *in, struct err *e)
{
	const struct runbook *rb = p->rb;

	p->params = pool_array(&p->pool, rb->n_params, sizeof *p->params);
	p->captures = pool_array(&p->pool, rb->n_captures, sizeof *p->captures);
	if (check_names(rb, in, e) != 0)
		return -1;
	for (size_t i = 0; i < rb->n_params; i++) {
		struct span v = SPAN_NONE;

		if (resolve_param(&rb->params[i], in, &v, e) != 0)
			return -1;
		p->params[i] = v.data ? pool_copy(&p->pool, v) : SPAN_NONE;
	}
	p->bind =
		(struct bindings){.params = p->params, .captures = p->captures, .runbook = rb->id};
	if (in->incident.data)
		p->bind.incident = pool_copy(&p->pool, in->incident);
	return 0;
}

/* ---- what every template of the plan must fulfil ---- */

struct check {
	struct plan *p;
	struct err *e;
	int rc;
};

static void check_template(void *ctx, const struct template_use *use)
{
	struct check *c = ctx;

	for (size_t i = 0; i < use->t->n && c->rc == 0; i++) {
		const struct part *part = &use->t->parts[i];

		if (part->ref == REF_INCIDENT_ID && !c->p->bind.incident.data)
			c->rc = err_set(
				c->e, EX_BADDATA,
				"the runbook refers to {{incident.id}}: --incident is needed");
		/* An entry of the environment without a value is left out, and a condition does not
		 * hold; an element of argv is never left out. */
		if (part->ref == REF_PARAM && !c->p->params[part->index].data &&
		    use->role != ROLE_ENV && use->role != ROLE_CONDITION)
			c->rc = err_set(c->e, EX_BADDATA,
					"parameter '%.*s' has no value, but the runbook uses it",
					(int)part->text.len, part->text.data);
	}
}

static int check_wait(const struct plan *p, const struct step *s, struct err *e)
{
	bool until = s->until.source.data != NULL;
	struct buf text = BUF_INIT(PARAM_LONGEST * 2);
	struct err why = ERR_INIT;
	struct instant t;
	int64_t ms;
	int rc = 0;

	if (s->type != STEP_WAIT ||
	    !template_render(until ? &s->until : &s->duration, &p->bind, &text))
		rc = 0; /* not a wait, or it depends on a capture */
	else if (until && instant_parse(buf_span(&text), &t, &why) != 0)
		rc = err_set(e, EX_BADDATA, "step '%s': '%.60s' is not a time (RFC 3339)",
			     s->id.text.data, buf_cstr(&text));
	else if (!until && num_parse_duration_ms(buf_span(&text), &ms, &why) != 0)
		rc = err_set(e, EX_BADDATA, "step '%s': '%.60s' is not a duration", s->id.text.data,
			     buf_cstr(&text));
	buf_release(&text);
	return rc;
}

/* A URL whose values are known must be one that may be asked. */
static void check_request(void *ctx, const struct command_use *use)
{
	struct check *c = ctx;
	struct buf url = BUF_INIT(1 << 16);

	if (c->rc == 0 && use->command->http &&
	    http_render_url(use->command->http, c->p->rb, &c->p->bind, &url, c->e) < 0)
		c->rc = err_prefix(c->e, "%s '%s'", use->what, use->id.data ? use->id.data : "?");
	buf_release(&url);
}

static int check_templates(struct plan *p, struct err *e)
{
	struct check c = {p, e, 0};

	lint_each_template(p->rb, check_template, &c);
	for (size_t i = 0; i < p->rb->n_steps && c.rc == 0; i++)
		c.rc = check_wait(p, &p->rb->steps[i], e);
	for (size_t i = 0; i < p->rb->n_always && c.rc == 0; i++)
		c.rc = check_wait(p, &p->rb->always[i], e);
	lint_each_command(p->rb, check_request, &c);
	return c.rc;
}

/* RB302 with the values of this plan; what the defaults exceed, lint has said, or was told to let
 * pass. */
static int check_budget(const struct plan *p, struct err *e)
{
	const struct runbook *rb = p->rb;
	int64_t longest = budget_longest_ms(rb, &p->bind), most = rb->limits.max_duration_ms;
	struct buf text = BUF_INIT(128);

	if (most == 0 || longest <= most || budget_longest_by_defaults_ms(rb) > most)
		return 0;
	num_add_duration_ms(&text, longest);
	err_set(e, EX_BADDATA,
		"RB302 timeout-budget: with these parameters it may take %s, more than max_duration",
		buf_cstr(&text));
	buf_release(&text);
	return -1;
}

/* ---- executables ---- */

struct resolving {
	struct plan *p;
	const char *exec_path, *http;
	struct err *e;
	int rc;
};

/* What stands for the executable of a request: no command of a runbook can mean that one. */
static struct span executable_name(const struct cmd *c)
{
	return c->http ? SPAN("(aiops-http)") : c->argv[0].source;
}

static const struct executable *find_executable(const struct plan *p, struct span name)
{
	for (size_t i = 0; i < p->n_exes; i++)
		if (span_eq(p->exes[i].name, name))
			return &p->exes[i];
	return NULL;
}

static int add_executable(struct resolving *r, struct span name, const char *wanted)
{
	struct executable *x = &r->p->exes[r->p->n_exes];
	char *path;

	if (proc_resolve(wanted, r->exec_path, &path, r->e) != 0)
		return -1;
	x->name = name;
	x->path = pool_copy(&r->p->pool, span_cstr(path));
	free(path);
	if (exe_identify(x->path.data, &x->identity, r->e) != 0)
		return -1;
	digest_hex(&x->identity.digest, x->sha256);
	r->p->n_exes++;
	return 0;
}

/* What is not installed is stated in the plan, unless the sandbox is required. */
static void resolve_bubblewrap(struct resolving *r, const struct cmd *c)
{
	struct err ignored = ERR_INIT, *e = r->e;

	if (!c->sandbox || c->sandbox->by != SANDBOX_BUBBLEWRAP ||
	    find_executable(r->p, SPAN(PLAN_BUBBLEWRAP)))
		return;
	r->e = &ignored;
	(void)add_executable(r, SPAN(PLAN_BUBBLEWRAP), PLAN_BUBBLEWRAP);
	r->e = e;
}

static void resolve_executable(void *ctx, const struct command_use *use)
{
	struct resolving *r = ctx;
	struct span name = executable_name(use->command);
	const char *wanted = use->command->http ? r->http : name.data;

	if (r->rc != 0)
		return;
	if (!find_executable(r->p, name))
		r->rc = wanted ? add_executable(r, name, wanted)
			       : err_set(r->e, EX_UNREADABLE,
					 "aiops-http is not installed beside this");
	resolve_bubblewrap(r, use->command);
	if (r->rc == 0)
		r->rc = plan_check_sandbox(r->p, use->command, r->e);
	if (r->rc != 0)
		err_prefix(r->e, "%s '%s'", use->what, use->id.data ? use->id.data : "?");
}

static void count_command(void *ctx, const struct command_use *use)
{
	size_t *n = ctx;

	(void)use;
	++*n;
}

static int resolve_executables(struct plan *p, const struct plan_input *in, struct err *e)
{
	struct resolving r = {p, in->exec_path, in->http, e, 0};
	size_t n = 0;

	lint_each_command(p->rb, count_command, &n);
	p->exes = pool_array(&p->pool, n + 1, sizeof *p->exes); /* 1: bubblewrap */
	lint_each_command(p->rb, resolve_executable, &r);
	return r.rc;
}

const struct executable *plan_executable(const struct plan *p, const struct cmd *c)
{
	return find_executable(p, executable_name(c));
}

void plan_name(char out[static PLAN_ID_LEN + 1], const struct digest *d)
{
	short_id(out, "PLAN-", d->bytes);
}

int plan_make(const struct runbook *rb, const struct plan_input *in, struct plan **out,
	      struct err *e)
{
	struct plan *p = mem_zalloc(sizeof *p);
	struct buf core = BUF_INIT(CORE_MAX);
	struct digest d;

	p->rb = rb;
	if (resolve_params(p, in, e) != 0 || check_templates(p, e) != 0 ||
	    check_budget(p, e) != 0 || plan_resolve_targets(p, e) != 0 ||
	    resolve_executables(p, in, e) != 0)
		goto fail;
	plan_write_core(p, &core);
	if (buf_overflowed(&core)) {
		err_set(e, EX_BADCONFIG, "the plan is larger than %d bytes", CORE_MAX);
		goto fail;
	}
	p->core = pool_take(&p->pool, &core);
	d = digest_of(&p->core, 1);
	digest_hex(&d, p->digest);
	plan_name(p->id, &d);
	*out = p;
	return 0;
fail:
	buf_release(&core);
	plan_free(p);
	return -1;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	pool_release(&p->pool);
	free(p);
}
