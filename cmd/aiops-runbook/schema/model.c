#include "aiops-runbook/schema/model.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/schema/canon.h"
#include "aiops-runbook/schema/load.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"

const char *const risk_names[] = {"low", "medium", "high", "critical", NULL};

enum effect step_effect(const struct step *s)
{
	return s->effect_given ? s->effect : EFFECT_DESTRUCTIVE;
}

static bool any_acts(const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (step_effect(&steps[i]) != EFFECT_READ)
			return true;
	return false;
}

bool runbook_acts(const struct runbook *rb)
{
	return any_acts(rb->steps, rb->n_steps) || any_acts(rb->always, rb->n_always);
}

bool runbook_id_is_valid(struct span id)
{
	if (id.len == 0 || id.len > RUNBOOK_ID_MAX || id.data[0] == '-')
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

static void load_head(struct reader *r, const struct yaml_node *root)
{
	struct runbook *rb = r->rb;
	const struct yaml_node *id = read_required(r, root, "id");
	const struct yaml_node *version = read_required(r, root, "version");
	int risk = RISK_LOW;

	if (version && (version->type != YAML_SCALAR || !span_is(version->text, "1")))
		finding_add(r->f, RB002, node_pos(version), "the version of the format is 1");
	if (read_text(r, id, &rb->id)) {
		rb->id_at = node_pos(id);
		if (!runbook_id_is_valid(rb->id))
			finding_add(r->f, RB002, rb->id_at,
				    "'%.80s' is no id: letters a-z, digits and -, at most %d",
				    rb->id.data, RUNBOOK_ID_MAX);
	}
	(void)read_text(r, read_required(r, root, "name"), &rb->name);
	(void)read_text(r, yaml_get(root, "description"), &rb->description);
	(void)read_text(r, yaml_get(root, "owner"), &rb->owner);
	(void)read_text(r, yaml_get(root, "docs"), &rb->docs);
	(void)read_text(r, yaml_get(root, "reviewed_at"), &rb->reviewed_at);
	(void)read_duration(r, yaml_get(root, "review_every"), 1, INT64_MAX, &rb->review_every_ms);
	if (read_choice(r, read_required(r, root, "risk"), risk_names, &risk))
		rb->risk = (enum risk)risk;
	(void)read_bool(r, yaml_get(root, "ai_executable"), &rb->ai_executable);
}

/* An id names one thing in the whole runbook: records and messages use it alone. */
static void check_id(struct reader *r, struct map *seen, const struct scalar *id)
{
	bool added;

	if (!id->text.data)
		return;
	(void)map_put(seen, id->text, &added);
	if (!added)
		finding_add(r->f, RB004, id->at, "a step with the id '%.80s' exists already",
			    id->text.data);
}

static void check_ids(struct reader *r)
{
	const struct runbook *rb = r->rb;
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < rb->n_preconditions; i++)
		check_id(r, &seen, &rb->preconditions[i].id);
	for (size_t i = 0; i < rb->n_steps; i++)
		check_id(r, &seen, &rb->steps[i].id);
	for (size_t i = 0; i < rb->n_verify; i++)
		check_id(r, &seen, &rb->verify[i].id);
	for (size_t i = 0; i < rb->n_always; i++)
		check_id(r, &seen, &rb->always[i].id);
	for (size_t i = 0; i < rb->n_verify_rollback; i++)
		check_id(r, &seen, &rb->verify_rollback[i].id);
	map_release(&seen);
}

static void load_root(struct reader *r, const struct yaml_node *root)
{
	static const char *const keys[] = {"version",
					   "id",
					   "name",
					   "description",
					   "owner",
					   "docs",
					   "reviewed_at",
					   "review_every",
					   "risk",
					   "ai_executable",
					   "triggers",
					   "parameters",
					   "limits",
					   "approval",
					   "preconditions",
					   "steps",
					   "always",
					   "verify",
					   "verify_rollback",
					   "escalation",
					   "breaker",
					   NULL};
	static const char *const later[] = {"dry_run_hold", "tests", NULL};
	struct runbook *rb = r->rb;
	const struct yaml_node *steps = yaml_get(root, "steps");

	read_keys(r, root, keys, later);
	load_head(r, root);
	load_params(r, yaml_get(root, "parameters"));
	load_capture_names(r, steps);
	load_triggers(r, yaml_get(root, "triggers"));
	load_limits(r, yaml_get(root, "limits"));
	load_breaker(r, yaml_get(root, "breaker"));
	load_approval(r, yaml_get(root, "approval"));
	load_probes(r, yaml_get(root, "preconditions"), "a precondition", &rb->preconditions,
		    &rb->n_preconditions);
	load_steps(r, read_required(r, root, "steps"), &rb->steps, &rb->n_steps);
	if (steps && steps->type == YAML_LIST && steps->n == 0)
		finding_add(r->f, RB002, node_pos(steps), "a runbook without steps does nothing");
	load_steps(r, yaml_get(root, "always"), &rb->always, &rb->n_always);
	load_probes(r, yaml_get(root, "verify"), "a verification", &rb->verify, &rb->n_verify);
	rb->verify_rollback_given = yaml_get(root, "verify_rollback") != NULL;
	load_probes(r, yaml_get(root, "verify_rollback"), "a verification", &rb->verify_rollback,
		    &rb->n_verify_rollback);
	load_escalation(r, yaml_get(root, "escalation"));
	check_ids(r);
}

/* A document that does not parse is one finding; a duplicate key has a rule of its own. */
static void syntax_finding(struct findings *f, const struct err *e)
{
	unsigned rule = span_starts(span_cstr(e->text), "duplicate key") ? RB004 : RB001;

	finding_add(f, rule, (struct pos){e->line ? e->line : 1, e->line ? e->col : 1}, "%s",
		    e->text);
}

struct runbook *runbook_parse(const char *path, struct span text, struct findings *f)
{
	struct runbook *rb;
	struct reader r = {.f = f};
	struct err why = ERR_INIT;
	struct yaml *document = yaml_parse(text, &why);

	if (!document) {
		syntax_finding(f, &why);
		return NULL;
	}
	rb = mem_zalloc(sizeof *rb);
	rb->path = mem_dupz(path);
	rb->document = document;
	rb->source = pool_copy(&rb->pool, text);
	rb->file_digest = digest_of(&text, 1);
	rb->digest = canon_digest(yaml_root(document));
	r.rb = rb;
	if (read_is(&r, yaml_root(document), YAML_MAP))
		load_root(&r, yaml_root(document));
	return rb;
}

struct runbook *runbook_load(const char *path, struct findings *f, struct err *e)
{
	struct buf text = BUF_INIT(YAML_MAX_BYTES + 1);
	struct runbook *rb = NULL;

	if (file_read(path, &text, e) == 0)
		rb = runbook_parse(path, buf_span(&text), f);
	else if (e->code == EX_BADDATA) {
		err_clear(e);
		finding_add(f, RB001, (struct pos){1, 1}, "larger than %u bytes", YAML_MAX_BYTES);
	}
	buf_release(&text);
	return rb;
}

void runbook_free(struct runbook *rb)
{
	if (!rb)
		return;
	for (size_t i = 0; i < rb->n_patterns; i++)
		pattern_free(rb->patterns[i]);
	free(rb->patterns);
	pool_release(&rb->pool);
	yaml_free(rb->document);
	free(rb->path);
	free(rb);
}
