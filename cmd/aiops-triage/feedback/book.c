/*
 * The store, and notes in its audit log.
 */
#include "aiops-triage/feedback/book.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-triage/feedback/memory.h"
#include "aiops-triage/llm/ledger.h"
#include "base/mem.h"
#include "record/event.h"
#include "store/audit.h"
#include "store/breaker_rows.h"
#include "text/redact.h"

static size_t add_list(struct migration *to, size_t n, const struct migration *list, size_t count)
{
	memcpy(to + n, list, count * sizeof *list);
	return n + count;
}

int book_open(struct book *b, struct cli *c, struct err *e)
{
	size_t total = audit_migration_count + breaker_migration_count + memory_migration_count +
		       ledger_migration_count;
	struct migration *all = mem_array(NULL, total, sizeof *all);
	const char *user = cli_user(c);
	size_t n = 0;
	int rc = 0;

	*b = (struct book){.env = cli_env(c), .actor = span_cstr(user)};
	n = add_list(all, n, audit_migrations, audit_migration_count);
	n = add_list(all, n, breaker_migrations, breaker_migration_count);
	n = add_list(all, n, memory_migrations, memory_migration_count);
	n = add_list(all, n, ledger_migrations, ledger_migration_count);
	if (!audit_word_ok(b->actor))
		rc = err_set(e, EX_BADCONFIG,
			     "the user's name '%.100s' cannot stand in an audit record", user);
	if (rc == 0)
		rc = store_open(cli_db_path(c), all, n, &b->store, e);
	free(all);
	return rc;
}

void book_close(struct book *b)
{
	store_close(b->store);
	b->store = NULL;
}

int64_t book_now_ms(const struct book *b)
{
	return env_now_ns(b->env) / NS_PER_MS;
}

struct jsonw book_note_begin(const struct book *b, struct buf *out, const char *event,
			     struct span incident, struct span about, struct span title)
{
	/* to the millisecond, as the log keeps it */
	struct instant now = {.ns = book_now_ms(b) * NS_PER_MS, .fraction = 3};
	struct jsonw w = jsonw_to(out);
	char id[EVENT_ID_LEN + 1], when[INSTANT_TEXT];
	size_t n = instant_text(now, when);

	event_id(id, SPAN("notice"), SPAN("aiops-triage"), incident.len ? incident : about, about,
		 span_of(when, n));
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("notice"));
	jsonw_member(&w, "id", span_cstr(id));
	if (incident.len)
		jsonw_member(&w, "incident", incident);
	jsonw_member_time(&w, "timestamp", now);
	jsonw_member(&w, "source", SPAN("aiops-triage"));
	jsonw_member(&w, "title", title);
	jsonw_key(&w, "notice");
	jsonw_object(&w);
	jsonw_member(&w, "event", span_cstr(event));
	return w;
}

void book_note_end(struct jsonw *w)
{
	jsonw_object_end(w);
	jsonw_object_end(w);
}

static int append(struct book *b, struct span body, struct err *e)
{
	struct record *r = record_new(4 * BOOK_NOTE_BYTES);
	char *padded = mem_alloc(body.len + RECORD_PADDING);
	uint8_t salt[AUDIT_SALT_BYTES];
	enum reject_code why;
	struct audit_ref ref;
	int rc;

	memcpy(padded, body.data, body.len);
	memset(padded + body.len, 0, RECORD_PADDING);
	env_random(b->env, salt, sizeof salt);
	rc = record_parse(r, padded, body.len, &why, e);
	if (rc == 0)
		rc = audit_append_record(b->store, instant_from_ns(env_now_ns(b->env)), b->actor, r,
					 salt, &ref, e);
	if (rc != 0 && e->code == EX_BADDATA)
		e->code = EX_BUG; /* our own record was refused: nothing may be done without it */
	record_free(r);
	free(padded);
	return rc;
}

int book_append(struct book *b, struct span note, struct buf *out, struct err *e)
{
	struct buf body = BUF_INIT(4 * BOOK_NOTE_BYTES);
	int rc;

	(void)text_redact(note, &body); /* how many there were is of no use here */
	rc = buf_overflowed(&body) ? err_set(e, EX_BUG, "a note for the audit log is too long")
				   : append(b, buf_span(&body), e);
	if (rc == 0 && out)
		buf_add_span(out, buf_span(&body));
	buf_release(&body);
	return rc;
}
