#include "aiops-incident/change/clerk.h"

#include <unistd.h>

#include "store/audit.h"
#include "text/redact.h"

enum { TEXT_MAX = 64 << 10 };

int clerk_find(struct clerk *k, const char *word, struct incident *out, struct err *e)
{
	int rc = incident_find(k->desk.store, span_cstr(word), &k->pool, out, e);

	if (rc == 0)
		return err_set(
			e, EX_UNREADABLE,
			"no incident '%.100s' is on file ('aiops-incident list' shows what is)",
			word);
	return rc < 0 ? -1 : 0;
}

int clerk_move(struct clerk *k, enum status to, struct err *e)
{
	struct buf allowed = BUF_INIT(256);

	if (status_may_become(k->inc.status, to)) {
		k->inc.status = to;
		return 0;
	}
	status_add_allowed(&allowed, k->inc.status);
	if (k->inc.status == to)
		err_set(e, EX_FORBIDDEN, "%s is %s already", k->inc.id, status_name(to));
	else
		err_set(e, EX_FORBIDDEN, "%s is %s and cannot become %s; it can become: %s",
			k->inc.id, status_name(k->inc.status), status_name(to), buf_cstr(&allowed));
	buf_release(&allowed);
	return -1;
}

struct span clerk_text(struct clerk *k, const char *text)
{
	struct buf clean = BUF_INIT(2 * TEXT_MAX);

	if (!text || !*text)
		return SPAN_NONE;
	(void)text_redact_plain(span_cstr(text), &clean);
	return pool_take(&k->pool, &clean);
}

void clerk_join_words(const struct clerk *k, struct buf *out)
{
	for (size_t i = 0; i < k->n_words; i++) {
		buf_add_cstr(out, i ? " " : "");
		buf_add_cstr(out, k->words[i]);
	}
}

/* ---- showing ---- */

static void show_text(struct clerk *k)
{
	struct buf line = BUF_INIT(TEXT_MAX), safe = BUF_INIT(4 * TEXT_MAX);

	buf_addf(&line, "%s #%lld %s: %s by %.*s", k->inc.id, (long long)k->inc.number,
		 severity_sev(k->inc.severity), k->edit.change, (int)k->desk.actor.len,
		 k->desk.actor.data);
	if (k->edit.from != k->inc.status)
		buf_addf(&line, "; %s -> %s", status_name(k->edit.from),
			 status_name(k->inc.status));
	term_safe(&safe, buf_span(&line));
	buf_add_char(&safe, '\n');
	out_write(k->c, buf_span(&safe));
	buf_release(&line);
	buf_release(&safe);
}

static void show(struct clerk *k)
{
	if (cli_stdout_is_terminal(k->c))
		show_text(k);
	else
		out_write(k->c, buf_span(&k->desk.records));
}

/* ---- one change ---- */

static int check_revision(const struct clerk *k, struct err *e)
{
	if (k->o->if_revision == 0 || k->o->if_revision == k->inc.version)
		return 0;
	return err_set(e, EX_CONFLICT,
		       "%s is at revision %lld now, not %lld: look at it again, then decide",
		       k->inc.id, (long long)k->inc.version, (long long)k->o->if_revision);
}

static int change(struct clerk *k, const char *word, clerk_fn *fn, struct err *e)
{
	if (word && (clerk_find(k, word, &k->inc, e) != 0 || check_revision(k, e) != 0))
		return -1;
	if (k->inc.merged_into.data)
		return err_set(e, EX_FORBIDDEN, "%s was merged into %.*s: change that one",
			       k->inc.id, (int)k->inc.merged_into.len, k->inc.merged_into.data);
	k->edit = (struct edit){.from = k->inc.status, .at_ns = desk_now(&k->desk)};
	buf_clear(&k->text);
	if (fn(k, e) != 0)
		return -1;
	if (k->text.len)
		k->edit.text = buf_span(&k->text);
	return change_incident(&k->desk, &k->inc, &k->edit, e);
}

static int one_transaction(struct clerk *k, const char *word, clerk_fn *fn, struct err *e)
{
	if (desk_begin(&k->desk, e) != 0)
		return -1;
	if (change(k, word, fn, e) == 0 && desk_commit(&k->desk, e) == 0) {
		show(k);
		return 0;
	}
	desk_abort(&k->desk);
	return -1;
}

/* ---- the frame ---- */

static int clerk_open(struct clerk *k, struct cli *c, struct err *e)
{
	struct span actor = span_cstr(cli_user(c));
	struct store *store;

	*k = (struct clerk){
		.c = c, .o = cli_options(c), .text = BUF_INIT(TEXT_MAX), .name = BUF_INIT(64)};
	if (!audit_word_ok(actor)) {
		buf_addf(&k->name, "uid-%lu", (unsigned long)getuid());
		actor = buf_span(&k->name);
	}
	if (register_open(cli_db_path(c), &store, e) != 0)
		return -1;
	desk_init(&k->desk, store, cli_env(c), actor);
	return 0;
}

static int clerk_close(struct clerk *k, struct err *e)
{
	int code = e->code ? msg_err(k->c, NULL, e) : EX_DONE;

	store_close(k->desk.store);
	desk_release(&k->desk);
	pool_release(&k->pool);
	buf_release(&k->text);
	buf_release(&k->name);
	return code;
}

int clerk_each(struct cli *c, clerk_fn *fn)
{
	struct err e = ERR_INIT;
	struct clerk k;
	size_t n;
	char *const *ids = cli_operands(c, &n);

	if (n == 0) {
		err_set(&e, EX_BADUSAGE, "name an incident");
		return msg_err(c, NULL, &e);
	}
	if (clerk_open(&k, c, &e) == 0) {
		for (size_t i = 0; i < n && one_transaction(&k, ids[i], fn, &e) == 0; i++)
			pool_release(&k.pool);
	}
	return clerk_close(&k, &e);
}

int clerk_one(struct cli *c, clerk_fn *fn, size_t min, size_t max, const char *what)
{
	struct err e = ERR_INIT;
	struct clerk k;
	size_t n;
	char *const *words = cli_operands(c, &n);

	if (n < 1 + min || n - 1 > max) {
		err_set(&e, EX_BADUSAGE, "name an incident and %s", what);
		return msg_err(c, NULL, &e);
	}
	if (clerk_open(&k, c, &e) == 0) {
		k.words = words + 1;
		k.n_words = n - 1;
		(void)one_transaction(&k, words[0], fn, &e); /* e says it */
	}
	return clerk_close(&k, &e);
}

int clerk_new(struct cli *c, clerk_fn *fn, const char *what)
{
	struct err e = ERR_INIT;
	struct clerk k;
	size_t n;
	char *const *words = cli_operands(c, &n);

	if (n == 0) {
		err_set(&e, EX_BADUSAGE, "name %s", what);
		return msg_err(c, NULL, &e);
	}
	if (clerk_open(&k, c, &e) == 0) {
		k.words = words;
		k.n_words = n;
		(void)one_transaction(&k, NULL, fn, &e); /* e says it */
	}
	return clerk_close(&k, &e);
}
