#include "aiops-audit/removing.h"

#include <unistd.h>

#include "aiops-audit/search.h"

int actor_choose(struct cli *c, const char *given, struct buf *number, struct span *out,
		 struct err *e)
{
	*out = span_cstr(given ? given : cli_user(c));
	if (audit_word_ok(*out))
		return 0;
	if (given)
		return err_set(e, EX_BADUSAGE,
			       "--actor '%s': not 1 to 128 of A-Z a-z 0-9 . _ : @ / -", given);
	buf_addf(number, "uid-%u", (unsigned)geteuid());
	*out = buf_span(number);
	return 0;
}

int removing_open(struct cli *c, int64_t wait_ms, struct store **out, struct err *e)
{
	if (access(cli_db_path(c), F_OK) != 0)
		return store_open_readonly(cli_db_path(c), out, e); /* says that it is missing */
	return store_open_waiting(cli_db_path(c), audit_migrations, audit_migration_count, wait_ms,
				  out, e);
}

int removing_finish(struct cli *c, struct store *s, struct err *e)
{
	struct err ignored = ERR_INIT;
	int rc = store_checkpoint(s, e);

	if (rc != 0)
		msg(c, MSG_WARNING, NULL,
		    "what was removed still stands in the write-ahead log, because somebody reads the log: run this again");
	/* Last: after the checkpoint no reader sees what was removed, so that no search that is at
	 * work puts it into a new index. */
	if (search_forget(cli_db_path(c), rc == 0 ? e : &ignored) != 0)
		rc = -1;
	return rc;
}
