/*
 * The parts of writing a plan's core. Private to plan_json*.c.
 */
#ifndef AIOPS_RUNBOOK_PLAN_JSON_IMPL_H
#define AIOPS_RUNBOOK_PLAN_JSON_IMPL_H

#include "aiops-runbook/plan/plan.h"
#include "record/jsonw.h"

struct writer {
	struct jsonw w;
	const struct plan *p;
	struct bindings symbolic; /* parameters are known, run and incident are not */
};

/* The text, or {"template":...,"unknown":[...]}. */
void plan_json_template(struct writer *o, const struct template *t);
void plan_json_member(struct writer *o, const char *key, const struct template *t);
void plan_json_spans(struct writer *o, const char *key, const struct span *items, size_t n);

/* A command that is there; effect may be NULL. */
void plan_json_command(struct writer *o, const char *key, const struct cmd *c, const char *effect);
void plan_json_comparison(struct writer *o, const char *key, const struct comparison *c);
void plan_json_poll(struct writer *o, const struct poll *p);

/* plan_json_step.c: a list of steps. */
void plan_json_steps(struct writer *o, const char *key, const struct step *steps, size_t n);

/* plan_sandbox.c: the member `sandbox` of a command that has one. */
void plan_json_sandbox(struct writer *o, const struct cmd *c);

/* plan_json_http.c: the member `http` of a command. */
void plan_json_http(struct writer *o, const struct http *h);

#endif
