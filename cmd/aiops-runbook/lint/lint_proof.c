/*
 * Rules about proof: that the symptom is there, that it is gone, that the step
 * was rehearsed; and about what stands around the steps.
 */
#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"
#include "base/instant.h"
#include "yaml/yaml.h"

/* ---- RB402 ---- */

static bool same_words(const struct cmd *a, const struct cmd *b)
{
	if (a->argc != b->argc || a->http || b->http)
		return false;
	for (size_t i = 0; i < a->argc; i++)
		if (!span_eq(a->argv[i].source, b->argv[i].source))
			return false;
	return true;
}

static void check_probe(const struct runbook *rb, const struct probe *p, struct findings *f)
{
	const char *id = p->id.text.data ? p->id.text.data : "?";

	if (!p->poll.given || p->poll.consecutive < 2)
		finding_add(f, 402, p->poll.given ? p->poll.at : p->at,
			    "verification '%s' looks once: a good moment is no cure "
			    "(poll.consecutive)",
			    id);
	for (size_t i = 0; i < rb->n_steps; i++)
		if (step_effect(&rb->steps[i]) != EFFECT_READ &&
		    same_words(&p->command, &rb->steps[i].command))
			finding_add(f, 402, p->at,
				    "verification '%s' does again what step '%s' does: look at the "
				    "symptom",
				    id, step_name(&rb->steps[i]));
}

void lint_weak_verify(const struct runbook *rb, struct findings *f)
{
	for (size_t i = 0; runbook_acts(rb) && i < rb->n_verify; i++)
		check_probe(rb, &rb->verify[i], f);
}

/* ---- RB405 ---- */

void lint_no_precondition(const struct runbook *rb, struct findings *f)
{
	if (runbook_acts(rb) && rb->n_preconditions == 0)
		finding_add(f, 405, rb->id_at,
			    "nothing confirms that the symptom is still there before it acts "
			    "('preconditions')");
}

/* ---- RB407 ---- */

/* Tools that can rehearse: a subcommand, and the option by which. */
static const struct {
	const char *tool;
	const char *word; /* NULL: any call */
	const char *rehearsal;
} rehearsals[] = {
	{"kubectl", "apply", "--dry-run=server"},
	{"kubectl", "delete", "--dry-run=server"},
	{"kubectl", "scale", "--dry-run=server"},
	{"kubectl", "patch", "--dry-run=server"},
	{"kubectl", "set", "--dry-run=server"},
	{"kubectl", "restart", "--dry-run=server"},
	{"kubectl", "undo", "--dry-run=server"},
	{"kubectl", "cordon", "--dry-run=server"},
	{"kubectl", "drain", "--dry-run=server"},
	{"helm", "upgrade", "--dry-run"},
	{"helm", "rollback", "--dry-run"},
	{"helm", "uninstall", "--dry-run"},
	{"ansible-playbook", NULL, "--check"},
	{"terraform", "apply", "plan"},
	{"apt-get", NULL, "--simulate"},
	{"rsync", NULL, "--dry-run"},
	{"certbot", "renew", "--dry-run"},
	{"logrotate", NULL, "--debug"},
	{"git", "push", "--dry-run"},
	{"kafka-consumer-groups.sh", "--reset-offsets", "--dry-run"},
	{"kafka-consumer-groups", "--reset-offsets", "--dry-run"},
	{"puppet", "agent", "--noop"},
};

static void check_rehearsal(void *ctx, const struct call *c)
{
	struct findings *f = ctx;
	const struct step *s = c->use->step;

	if (!s || c->use->command != &s->command || !c->use->acts || s->dry_run.argc)
		return;
	for (size_t i = 0; i < sizeof rehearsals / sizeof *rehearsals; i++)
		if (call_is(c, rehearsals[i].tool) &&
		    (!rehearsals[i].word || call_word(c, rehearsals[i].word)))
			finding_add(f, 407, c->words[0].at,
				    "'%s' can rehearse step '%s' (%s): give it as dry_run",
				    rehearsals[i].tool, step_name(s), rehearsals[i].rehearsal);
}

void lint_no_dry_run(const struct runbook *rb, struct findings *f)
{
	lint_each_call(rb, check_rehearsal, f);
}

/* ---- RB501 ---- */

void lint_docs(const struct runbook *rb, struct findings *f)
{
	const struct {
		const char *key;
		struct span value;
		const char *why;
	} wanted[] = {{"owner", rb->owner, "who answers for it"},
		      {"description", rb->description, "what it does, and when"},
		      {"docs", rb->docs, "where people read more"}};

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (!wanted[i].value.data)
			finding_add(f, 501, rb->id_at, "'%s' is missing: %s", wanted[i].key,
				    wanted[i].why);
}

/* ---- RB505 ---- */

void lint_review_stale(const struct runbook *rb, const struct lint_terms *t, struct findings *f)
{
	const struct yaml_node *n = yaml_get(yaml_root(rb->document), "reviewed_at");
	struct buf text = BUF_INIT(128);
	struct err why = ERR_INIT;
	struct instant at;

	if (!rb->reviewed_at.data)
		return;
	buf_add_span(&text, rb->reviewed_at);
	if (rb->reviewed_at.len == 10)
		buf_add_cstr(&text, "T00:00:00Z");
	if (instant_parse(buf_span(&text), &at, &why) != 0)
		finding_add(f, 505, (struct pos){n->line, n->col},
			    "'%.40s' is no day: write 2026-11-21", rb->reviewed_at.data);
	else if (rb->review_every_ms && (t->now_ns - at.ns) / NS_PER_MS > rb->review_every_ms)
		finding_add(f, 505, (struct pos){n->line, n->col},
			    "it was to be looked at again by now (reviewed_at and review_every)");
	buf_release(&text);
}
