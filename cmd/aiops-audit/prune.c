/*
 * aiops-audit prune: bodies go by the age that their kind may reach.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-audit/commands.h"
#include "aiops-audit/proving.h"
#include "aiops-audit/removing.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/when.h"

/* Rows that go in one transaction: so long others wait. */
enum { STEP = 1000 };

/* What a kind may reach. */
struct keep {
	struct span kind;
	int64_t ms;
};

struct prune {
	struct cli *c;
	const struct prune_options *o;
	struct store *store;
	struct span actor;
	struct keep *keep; /* as --keep says */
	size_t n_keep, cap_keep;
	struct audit_rule *rules; /* of kinds that have something to go */
	char **kinds;             /* their memory */
	size_t n, cap_rules, cap_kinds;
};

/* ---- what may go ---- */

static int parse_keep(struct span text, struct keep *out, struct err *e)
{
	const char *equals = text.len ? memchr(text.data, '=', text.len) : NULL;
	size_t n = equals ? (size_t)(equals - text.data) : 0;

	if (!audit_word_ok(span_of(text.data, n)))
		return err_set(e, EX_BADUSAGE,
			       "--keep '%.*s': KIND=TIME is wanted, such as log=30d", (int)text.len,
			       text.data);
	out->kind = span_of(text.data, n);
	if (span_is(out->kind, AUDIT_OWN_KIND))
		return err_set(e, EX_BADUSAGE, "--keep '%.*s': rows of kind %s stay for ever",
			       (int)text.len, text.data, AUDIT_OWN_KIND);
	if (num_parse_duration_ms(span_of(equals + 1, text.len - n - 1), &out->ms, e) != 0)
		return err_prefix(e, "--keep '%.*s'", (int)text.len, text.data);
	return 0;
}

/* An option may name several, with commas between them. */
static int parse_all(struct prune *p, struct err *e)
{
	for (size_t i = 0; i < p->o->keep.n; i++) {
		const char *text = p->o->keep.items[i];

		for (;;) {
			size_t n = strcspn(text, ",");

			mem_grow(p->keep, p->cap_keep, p->n_keep + 1);
			if (parse_keep(span_of(text, n), &p->keep[p->n_keep], e) != 0)
				return -1;
			p->n_keep++;
			if (!text[n])
				break;
			text += n + 1;
		}
	}
	return 0;
}

/* How long a kind stays, -1: for ever. The last word on a kind counts. */
static int64_t age_of(const struct prune *p, struct span kind)
{
	if (span_is(kind, AUDIT_OWN_KIND))
		return -1;
	for (size_t i = p->n_keep; i > 0; i--) {
		if (span_eq(p->keep[i - 1].kind, kind))
			return p->keep[i - 1].ms;
	}
	return p->o->older_than_ms ? p->o->older_than_ms : -1;
}

static int add_rule(struct prune *p, struct span kind, int64_t ms, struct err *e)
{
	struct buf bound = BUF_INIT(64);
	struct audit_rule rule = {.rows = 0};
	int64_t now = env_now_ns(cli_env(p->c));

	if (ms > INT64_MAX / NS_PER_MS || now < INT64_MIN + ms * NS_PER_MS)
		return err_set(e, EX_BADUSAGE, "too long ago");
	when_add_bound(&bound, instant_from_ns(now - ms * NS_PER_MS));
	if (bound.len == AUDIT_TIME)
		memcpy(rule.before, bound.data, AUDIT_TIME);
	else
		err_set(e, EX_BADUSAGE, "too long ago");
	buf_release(&bound);
	if (e->code)
		return -1;
	mem_grow(p->rules, p->cap_rules, p->n + 1);
	mem_grow(p->kinds, p->cap_kinds, p->n + 1);
	p->kinds[p->n] = mem_dup(kind.data, kind.len);
	rule.kind = span_cstr(p->kinds[p->n]);
	p->rules[p->n++] = rule;
	return 0;
}

static int find_kinds(struct prune *p, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(p->store, "SELECT DISTINCT kind FROM aiops_audit ORDER BY kind", e);
	int rc;

	if (!st)
		return -1;
	while ((rc = store_step(p->store, st, e)) > 0) {
		int64_t ms = age_of(p, store_text(st, 0));

		if (ms >= 0 && add_rule(p, store_text(st, 0), ms, e) != 0)
			return -1;
	}
	return rc;
}

/* Counts, and drops kinds of which nothing goes. */
static int count_all(struct prune *p, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		char *kind = p->kinds[i];

		if (audit_rule_count(p->store, &p->rules[i], e) != 0)
			return -1;
		if (p->rules[i].rows == 0)
			continue;
		p->kinds[i] = p->kinds[kept];
		p->kinds[kept] = kind;
		p->rules[kept++] = p->rules[i];
	}
	for (size_t i = kept; i < p->n; i++)
		free(p->kinds[i]);
	p->n = kept;
	return 0;
}

static void print_rules(const struct prune *p)
{
	struct buf out = BUF_INIT(1 << 20);
	int64_t rows = 0;

	for (size_t i = 0; i < p->n; i++) {
		rows += p->rules[i].rows;
		buf_addf(&out, "%-10s %10lld before %s\n", p->kinds[i], (long long)p->rules[i].rows,
			 p->rules[i].before);
	}
	buf_addf(&out, "%lld bodies %s\n", (long long)rows,
		 p->o->apply ? "removed" : "would go; nothing was done: --apply removes them");
	out_write(p->c, buf_span(&out));
	buf_release(&out);
}

/* ---- removing ---- */

static int prune_rule(struct prune *p, const struct audit_rule *rule, int64_t until, struct err *e)
{
	int64_t from = 1, removed = 0;
	int rc = 1;

	while (rc > 0) {
		if (store_begin(p->store, e) != 0)
			return -1;
		rc = audit_prune_some(p->store, rule, until, STEP, &from, &removed, e);
		if (rc >= 0 && store_commit(p->store, e) != 0)
			return -1;
	}
	return rc;
}

static int log_it(struct prune *p, struct audit_ref *ref, struct err *e)
{
	uint8_t salt[AUDIT_SALT_BYTES];
	struct audit_act act = {
		.ts = instant_from_ns(env_now_ns(cli_env(p->c))), .actor = p->actor, .salt = salt};

	env_random(cli_env(p->c), salt, sizeof salt);
	if (store_begin(p->store, e) != 0 ||
	    audit_prune_begin(p->store, p->rules, p->n, &act, ref, e) != 0)
		return -1;
	return store_commit(p->store, e);
}

static int apply(struct prune *p, struct err *e)
{
	struct audit_ref ref;

	if (p->n && log_it(p, &ref, e) != 0)
		return -1;
	for (size_t i = 0; i < p->n; i++) {
		if (prune_rule(p, &p->rules[i], ref.seq, e) != 0)
			return -1;
	}
	return removing_finish(p->c, p->store, e);
}

/* ---- the command ---- */

static int run(struct prune *p, struct err *e)
{
	if ((p->o->apply ? removing_open(p->c, p->o->lock_wait_ms, &p->store, e)
			 : store_open_readonly(cli_db_path(p->c), &p->store, e)) != 0 ||
	    audit_check_version(p->store, NULL, e) != 0 || find_kinds(p, e) != 0 ||
	    count_all(p, e) != 0 || (p->o->apply && apply(p, e) != 0))
		return -1;
	print_rules(p);
	return 0;
}

int prune_run(struct cli *c)
{
	struct prune p = {.c = c, .o = cli_options(c)};
	struct buf number = BUF_INIT(32);
	struct err e = ERR_INIT;
	size_t n;
	int rc = -1;

	(void)cli_operands(c, &n); /* only how many */
	if (n)
		err_set(&e, EX_BADUSAGE, "it takes no operands");
	else if (parse_all(&p, &e) == 0 && actor_choose(c, p.o->actor, &number, &p.actor, &e) == 0)
		rc = run(&p, &e);
	store_close(p.store);
	for (size_t i = 0; i < p.n; i++)
		free(p.kinds[i]);
	free(p.kinds);
	free(p.rules);
	free(p.keep);
	buf_release(&number);
	return rc == 0 ? EX_DONE : msg_err(c, NULL, &e);
}
