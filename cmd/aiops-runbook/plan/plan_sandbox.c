/*
 * What of a command's sandbox this machine can hold. It is part of the plan: what
 * cannot be held is stated, and a machine that can hold less makes another plan.
 */
#include "aiops-runbook/plan/plan_json_impl.h"
#include "aiops-runbook/schema/sandbox.h"
#include "proc/sandbox.h"

const struct executable *plan_bubblewrap(const struct plan *p, const struct cmd *c)
{
	if (!c->sandbox || c->sandbox->by != SANDBOX_BUBBLEWRAP)
		return NULL;
	for (size_t i = 0; i < p->n_exes; i++)
		if (span_is(p->exes[i].name, PLAN_BUBBLEWRAP))
			return &p->exes[i];
	return NULL;
}

size_t plan_sandbox_missing(const struct plan *p, const struct cmd *c,
			    const char *out[PLAN_MISSING])
{
	const struct sandbox_rules *rules = c->sandbox;
	struct sandbox_support has;
	size_t n = 0;

	if (plan_bubblewrap(p, c))
		return 0;
	sandbox_support(&has);
	if (rules->by == SANDBOX_BUBBLEWRAP)
		out[n++] = "bubblewrap";
	if (!has.files)
		out[n++] = "files";
	else if (!has.truncation)
		out[n++] = "truncation";
	if (!rules->network)
		out[n++] = has.tcp ? "network_but_tcp" : "network";
	return n;
}

int plan_check_sandbox(const struct plan *p, const struct cmd *c, struct err *e)
{
	const char *missing[PLAN_MISSING];

	if (!c->sandbox || !c->sandbox->required || plan_sandbox_missing(p, c, missing) == 0)
		return 0;
	return err_set(e, EX_POLICY, "its sandbox is required, and this machine cannot hold '%s'",
		       missing[0]);
}

static void write_paths(struct writer *o, const char *key, const struct template *paths, size_t n)
{
	jsonw_key(&o->w, key);
	jsonw_array(&o->w);
	for (size_t i = 0; i < n; i++)
		plan_json_template(o, &paths[i]);
	jsonw_array_end(&o->w);
}

static void member_limit(struct writer *o, const char *key, int64_t n)
{
	if (n)
		jsonw_member_i64(&o->w, key, n);
}

/* Keys in byte order. */
void plan_json_sandbox(struct writer *o, const struct cmd *c)
{
	const struct sandbox_rules *s = c->sandbox;
	const struct executable *bubblewrap = plan_bubblewrap(o->p, c);
	const char *missing[PLAN_MISSING];
	size_t n = plan_sandbox_missing(o->p, c, missing);

	jsonw_key(&o->w, "sandbox");
	jsonw_object(&o->w);
	jsonw_member(&o->w, "by", span_cstr(sandbox_by_names[s->by]));
	member_limit(o, "cpu_ms", s->cpu_ms);
	if (bubblewrap)
		jsonw_member(&o->w, "executable_sha256", span_cstr(bubblewrap->sha256));
	member_limit(o, "file_size", (int64_t)s->file_bytes);
	member_limit(o, "memory", (int64_t)s->memory_bytes);
	jsonw_key(&o->w, "missing");
	jsonw_array(&o->w);
	for (size_t i = 0; i < n; i++)
		jsonw_string(&o->w, span_cstr(missing[i]));
	jsonw_array_end(&o->w);
	jsonw_member_bool(&o->w, "network", s->network);
	member_limit(o, "processes", s->processes);
	write_paths(o, "read", s->read, s->n_read);
	jsonw_member_bool(&o->w, "required", s->required);
	write_paths(o, "write", s->write, s->n_write);
	jsonw_object_end(&o->w);
}
