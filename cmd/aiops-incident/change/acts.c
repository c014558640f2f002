/*
 * What a person does to an incident, one function for each command.
 */
#include "aiops-incident/apply/apply.h"
#include "aiops-incident/apply/from_record.h"
#include "aiops-incident/change/clerk.h"
#include "record/event.h"
#include "record/jsonw.h"

/* What --reason says, in the sentence. */
static void add_reason(struct clerk *k)
{
	if (!k->o->reason)
		return;
	if (k->text.len)
		buf_add_cstr(&k->text, ": ");
	buf_add_cstr(&k->text, k->o->reason);
}

static int open_new(struct clerk *k, struct err *e)
{
	struct buf title = BUF_INIT(64 << 10), services = BUF_INIT(4096);
	uint8_t bytes[10];
	char id[INCIDENT_ID_LEN + 1];

	env_random(k->desk.env, bytes, sizeof bytes);
	short_id(id, "INC-", bytes);
	k->inc = incident_new(span_cstr(id));
	clerk_join_words(k, &title);
	buf_addf(&k->text, "declared: %s", buf_cstr(&title));
	k->inc.title = clerk_text(k, buf_cstr(&title));
	buf_release(&title);
	k->inc.title_set = true;
	if (k->o->severity) {
		k->inc.severity = severity_from_either(span_cstr(k->o->severity));
		k->inc.severity_set = true;
		if (k->inc.severity == SEVERITY_UNKNOWN)
			return err_set(
				e, EX_BADUSAGE,
				"severity '%.50s': use critical, high, medium, low or SEV1 to SEV4",
				k->o->severity);
	}
	if (k->o->service) {
		k->inc.service = clerk_text(k, k->o->service);
		buf_add_char(&services, '[');
		jsonw_quote(&services, k->inc.service);
		buf_add_char(&services, ']');
		k->inc.services = pool_take(&k->pool, &services);
	}
	k->inc.type = clerk_text(k, k->o->type);
	k->inc.detected_by = k->desk.actor;
	k->inc.detected_ns = k->inc.starts_ns = k->inc.last_seen_ns = k->edit.at_ns;
	k->edit.change = "opened";
	k->edit.from = k->inc.status;
	return 0;
}

static int acknowledge(struct clerk *k, struct err *e)
{
	if (!status_is_open(k->inc.status))
		return err_set(e, EX_FORBIDDEN,
			       "%s is %s: 'aiops-incident reopen' takes it up again", k->inc.id,
			       status_name(k->inc.status));
	if (k->inc.acked_ns != INCIDENT_NEVER)
		return err_set(e, EX_FORBIDDEN, "%s was acknowledged already, by %.*s", k->inc.id,
			       (int)k->inc.acked_by.len, k->inc.acked_by.data);
	if (k->inc.status == STATUS_DETECTED && clerk_move(k, STATUS_INVESTIGATING, e) != 0)
		return -1;
	k->inc.acked_ns = k->edit.at_ns;
	k->inc.acked_by = k->desk.actor;
	if (!k->inc.assigned_to.data)
		k->inc.assigned_to = k->desk.actor;
	k->edit.change = "acknowledged";
	add_reason(k);
	return 0;
}

static int assign(struct clerk *k, struct err *e)
{
	const char *role = k->o->role ? k->o->role : "assignee";
	struct span *field = strcmp(role, "assignee") == 0         ? &k->inc.assigned_to
			     : strcmp(role, "commander") == 0      ? &k->inc.commander
			     : strcmp(role, "communications") == 0 ? &k->inc.communications
								   : NULL;

	if (!field)
		return err_set(e, EX_BADUSAGE,
			       "role '%.50s': use assignee, commander or communications", role);
	*field = clerk_text(k, k->words[0]);
	k->edit.change = "assigned";
	buf_addf(&k->text, "%s: %s", role, k->words[0]);
	add_reason(k);
	return 0;
}

static int note(struct clerk *k, struct err *e)
{
	(void)e;
	k->edit.change = "note";
	clerk_join_words(k, &k->text);
	return 0;
}

static int resolve(struct clerk *k, struct err *e)
{
	if (clerk_move(k, STATUS_RESOLVED, e) != 0)
		return -1;
	k->inc.resolved_ns = k->edit.at_ns;
	k->inc.auto_resolved = false;
	if (k->o->cause)
		k->inc.cause = clerk_text(k, k->o->cause);
	if (k->o->reason)
		k->inc.remedy = clerk_text(k, k->o->reason);
	k->edit.change = "resolved";
	if (k->o->cause)
		buf_addf(&k->text, "cause %s", k->o->cause);
	add_reason(k);
	return 0;
}

static int reopen(struct clerk *k, struct err *e)
{
	int64_t window_ns = k->o->reopen_window_ms * NS_PER_MS;

	if (status_is_open(k->inc.status))
		return err_set(e, EX_FORBIDDEN, "%s is open: it is %s", k->inc.id,
			       status_name(k->inc.status));
	if (k->inc.resolved_ns != INCIDENT_NEVER && k->edit.at_ns - k->inc.resolved_ns > window_ns)
		return err_set(e, EX_FORBIDDEN,
			       "%s was closed longer ago than --reopen-window: open a new one, or "
			       "give a longer window",
			       k->inc.id);
	if (clerk_move(k, STATUS_INVESTIGATING, e) != 0)
		return -1;
	k->inc.resolved_ns = k->inc.mitigated_ns = INCIDENT_NEVER;
	k->inc.reopened++;
	k->inc.reopened_ns = k->inc.acked_ns = k->edit.at_ns; /* who reopens it is on it */
	k->inc.acked_by = k->desk.actor;
	k->edit.change = "reopened";
	add_reason(k);
	return 0;
}

static int escalate(struct clerk *k, struct err *e)
{
	if (k->inc.status != STATUS_ESCALATED && clerk_move(k, STATUS_ESCALATED, e) != 0)
		return -1;
	if (k->o->to) {
		k->inc.assigned_to = clerk_text(k, k->o->to);
		buf_addf(&k->text, "to %s", k->o->to);
	}
	k->edit.change = "escalated";
	add_reason(k);
	return 0;
}

static int call_false(struct clerk *k, struct err *e)
{
	if (clerk_move(k, STATUS_FALSE_POSITIVE, e) != 0)
		return -1;
	k->inc.resolved_ns = k->edit.at_ns;
	k->edit.change = "false_positive";
	add_reason(k);
	return 0;
}

/* The word is the one that stays; the clerk has found the one that goes, and changes it. */
static int merge(struct clerk *k, struct err *e)
{
	struct incident into;

	if (clerk_find(k, k->words[0], &into, e) != 0)
		return -1;
	if (into.number == k->inc.number)
		return err_set(e, EX_BADUSAGE, "%s cannot be merged into itself", k->inc.id);
	if (into.merged_into.data)
		return err_set(e, EX_FORBIDDEN, "%s was merged into %.*s: name that one", into.id,
			       (int)into.merged_into.len, into.merged_into.data);
	k->edit.change = "merged";
	buf_addf(&k->text, "into %s", into.id);
	add_reason(k);
	k->inc.merged_into = pool_copy(&k->pool, span_cstr(into.id));
	return merge_take(&k->desk, &k->inc, &into, &k->edit, e);
}

int open_run(struct cli *c)
{
	return clerk_new(c, open_new, "it in a few words: what is wrong");
}
int ack_run(struct cli *c)
{
	return clerk_each(c, acknowledge);
}
int assign_run(struct cli *c)
{
	return clerk_one(c, assign, 1, 1, "who takes it");
}
int note_run(struct cli *c)
{
	return clerk_one(c, note, 1, 10000, "what to note");
}
int resolve_run(struct cli *c)
{
	return clerk_each(c, resolve);
}
int reopen_run(struct cli *c)
{
	return clerk_each(c, reopen);
}
int merge_run(struct cli *c)
{
	return clerk_one(c, merge, 1, 1, "the one that it is part of");
}
int escalate_run(struct cli *c)
{
	return clerk_each(c, escalate);
}
int false_positive_run(struct cli *c)
{
	return clerk_each(c, call_false);
}
