/*
 * approve, deny: a person decides on a waiting run. keygen: a key for that.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/runs/approval.h"
#include "aiops-runbook/runs/core.h"

/* ---- which run ---- */

struct matching {
	const char *name;   /* PLAN-... or a digest */
	struct run_row run; /* the newest that waits, else the newest */
	size_t waiting, all;
	struct buf names; /* of those that wait */
};

static int match_run(void *ctx, const struct run_row *r, struct err *e)
{
	struct matching *m = ctx;

	(void)e; /* nothing here can fail */
	if (!span_is(r->plan_id, m->name) && !span_is(r->plan_digest, m->name))
		return 0;
	m->all++;
	if (r->state != RUN_AWAITING && m->waiting)
		return 0;
	m->run = *r;
	if (r->state == RUN_AWAITING) {
		m->waiting++;
		buf_addf(&m->names, "%s%s (%s)", m->waiting > 1 ? ", " : "", r->id,
			 r->incident.data ? r->incident.data : "no incident");
	}
	return 0;
}

static int find_by_plan(struct app *a, const char *name, struct run_row *out, struct err *e)
{
	struct matching m = {.name = name, .names = BUF_INIT(4096)};
	int rc = run_each(a->store, -1, &a->pool, match_run, &m, e);

	if (rc == 0 && m.all == 0)
		rc = err_set(e, EX_UNREADABLE, "no plan '%.100s' is on file", name);
	if (rc == 0 && m.waiting > 1)
		rc = err_set(e, EX_BADUSAGE, "several runs wait for this plan, name one: %.600s",
			     buf_cstr(&m.names));
	if (rc == 0)
		*out = m.run;
	buf_release(&m.names);
	return rc;
}

static int find_run(struct app *a, const char *name, struct run_row *out, struct err *e)
{
	int found;

	if (!span_starts(span_cstr(name), "RUN-"))
		return find_by_plan(a, name, out, e);
	found = run_by_id(a->store, span_cstr(name), &a->pool, out, e);
	if (found == 0)
		return err_set(e, EX_UNREADABLE, "no run '%.100s' is on file", name);
	return found == 1 ? 0 : -1;
}

static void read_approvers(struct app *a, const struct record *r, struct words *out)
{
	struct value_iter it = value_iter(record_get(r, "approval.approvers"));
	struct span *items;
	struct value v;
	size_t n = 0;

	while (value_next(&it, NULL, &v))
		n++;
	items = pool_array(&a->pool, n, sizeof *items);
	it = value_iter(record_get(r, "approval.approvers"));
	for (size_t i = 0; value_next(&it, NULL, &v); i++)
		items[i] = pool_copy(&a->pool, v.text);
	*out = (struct words){items, n};
}

/* ---- approving less ---- */

static int by_name(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return span_cmp(*x, *y);
}

/* --without, in order and once each. */
static struct words left_out(struct app *a)
{
	const struct opt_texts *given = &a->o->without;
	struct span *items = pool_array(&a->pool, given->n + 1, sizeof *items);
	size_t n = 0;

	for (size_t i = 0; i < given->n; i++)
		items[n++] = span_cstr(given->items[i]);
	if (n > 1)
		qsort(items, n, sizeof *items, by_name);
	for (size_t i = 1; i < n;) {
		if (span_eq(items[i - 1], items[i]))
			memmove(&items[i], &items[i + 1], (--n - i) * sizeof *items);
		else
			i++;
	}
	return (struct words){items, n};
}

/* Only steps of the plan, and not all that change something: then nothing would be approved. */
static int check_left_out(const struct record *r, const struct words *without, struct err *e)
{
	struct value_iter it = value_iter(record_get(r, "steps"));
	size_t known = 0, acting = 0;
	struct value step;

	while (value_next(&it, NULL, &step)) {
		struct span id = value_member(step, SPAN("id")).text;
		bool out = words_has(without, id);

		known += out;
		acting += !out && !span_is(value_member(step, SPAN("effect")).text, "read");
	}
	if (known != without->n)
		return err_set(e, EX_BADUSAGE,
			       "--without names a step that the plan does not have");
	if (without->n && acting == 0)
		return err_set(e, EX_BADUSAGE,
			       "nothing that changes anything would be left: deny the run instead");
	return 0;
}

/* Whom the plan accepts and what its steps are: what was hashed and stored, not what the file says
 * now. */
static int read_policy(struct app *a, const struct run_row *run, struct words *out,
		       struct words *without, struct err *e)
{
	struct core c;
	int rc = core_open(&c, run->plan, e);

	if (rc == 0) {
		read_approvers(a, c.r, out);
		*without = left_out(a);
		rc = check_left_out(c.r, without, e);
	}
	core_release(&c);
	return rc;
}

/* ---- deciding ---- */

/* The user of the operating system, or another name with its key. */
static int read_approver(struct app *a, struct decision *d, struct secret_key *key, struct err *e)
{
	const char *user = cli_user(a->c), *as = a->o->as ? a->o->as : user;

	d->approver = span_cstr(as);
	if (!approver_name_ok(d->approver))
		return err_set(e, EX_BADUSAGE, "'%.100s' is no approver's name", as);
	if (a->o->key) {
		if (key_load(a->o->key, key, e) != 0)
			return -1;
		d->key = key;
	} else if (strcmp(as, user) != 0) {
		return err_set(e, EX_POLICY,
			       "you are '%s': to approve as '%s' its key is needed (--key FILE)",
			       user, as);
	}
	return 0;
}

static int decide(struct app *a, bool approve, struct err *e)
{
	struct decision d = {
		.approve = approve, .reason = span_cstr(a->o->reason), .site = &a->site};
	struct secret_key key;
	struct words policy;
	struct run_row run;
	struct refusal why;
	size_t n;
	char *const *operands = cli_operands(a->c, &n);
	int rc = -1;

	if (n != 1)
		return err_set(e, EX_BADUSAGE, "%s takes one plan or run", cli_command(a->c)->name);
	if (read_approver(a, &d, &key, e) != 0 || app_open_store(a, NULL, NULL, e) != 0 ||
	    find_run(a, operands[0], &run, e) != 0 ||
	    read_policy(a, &run, &policy, &d.without, e) != 0)
		goto out;
	d.policy = &policy;
	a->journal.mode = "plan";
	rc = approval_decide(&a->journal, &run, &d, &why, e);
	if (rc == 1)
		rc = err_set(e, EX_POLICY, "%s", why.text);
out:
	key_wipe(&key);
	return rc;
}

static int run_decision(struct cli *c, bool approve)
{
	struct err e = ERR_INIT;
	struct app a;
	int code = EX_DONE;

	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	if (decide(&a, approve, &e) != 0)
		code = msg_err(c, NULL, &e);
	app_release(&a);
	return code;
}

int approve_run(struct cli *c)
{
	return run_decision(c, true);
}

int deny_run(struct cli *c)
{
	return run_decision(c, false);
}

/* ---- keygen ---- */

int keygen_run(struct cli *c)
{
	const struct options *o = cli_options(c);
	char text[PUBLIC_KEY_TEXT + 1];
	struct public_key key;
	struct err e = ERR_INIT;

	if (!o->out) {
		err_set(&e, EX_BADUSAGE, "keygen needs --out FILE");
		return msg_err(c, NULL, &e);
	}
	if (key_create(o->out, cli_env(c), &key, &e) != 0)
		return msg_err(c, NULL, &e);
	key_public_text(&key, text);
	out_write(c, span_cstr(text));
	out_write(c, SPAN("\n"));
	return EX_DONE;
}
