#include "aiops-runbook/runs/notice.h"

#include "base/instant.h"
#include "record/jsonw.h"
#include "store/audit.h"
#include "text/redact.h"

enum { BODY_MAX = 64 << 10 };

static void write_body(const struct journal *j, const char *id, struct span incident,
		       struct span runbook, const char *reason, const char *why, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	if (runbook.len > 200)
		runbook.len = 200;
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("notice"));
	jsonw_member(&w, "id", span_cstr(id));
	jsonw_member_time(&w, "timestamp", instant_from_ns(journal_now(j)));
	jsonw_member(&w, "source", SPAN("aiops-runbook"));
	jsonw_member(&w, "incident", incident);
	jsonw_member(&w, "runbook", runbook);
	jsonw_member(&w, "state", SPAN("blocked"));
	jsonw_member(&w, "reason", span_cstr(reason));
	jsonw_member(&w, "why", span_cstr(why));
	jsonw_member(&w, "actor", j->actor);
	jsonw_object_end(&w);
}

static int append(struct journal *j, const char *id, struct span incident, struct span body,
		  struct err *e)
{
	uint8_t salt[AUDIT_SALT_BYTES];
	struct audit_ref ref;

	env_random(j->env, salt, sizeof salt);
	if (audit_append(j->store, instant_from_ns(journal_now(j)), SPAN("notice"), j->actor,
			 span_cstr(id), incident, SPAN_NONE, body, salt, &ref, e) != 0)
		return -1;
	journal_pend(j, body, &ref);
	return 0;
}

int notice_blocked(struct journal *j, struct span incident, struct span runbook, const char *reason,
		   const char *why, struct err *e)
{
	struct buf raw = BUF_INIT(BODY_MAX), body = BUF_INIT(2 * BODY_MAX);
	char id[RUN_ID_LEN + 1];
	int rc = -1;

	new_id(id, "NTC-", j->env);
	write_body(j, id, incident, runbook, reason, why, &raw);
	(void)text_redact(buf_span(&raw), &body); /* how many there were is of no use here */
	if (journal_begin(j, e) == 0 && append(j, id, incident, buf_span(&body), e) == 0)
		rc = journal_commit(j, e);
	if (rc != 0)
		journal_abort(j);
	buf_release(&raw);
	buf_release(&body);
	return rc;
}
