/*
 * aiops-audit checkpoint: where the log stands, signed or not.
 */
#include <unistd.h>

#include "aiops-audit/commands.h"
#include "aiops-audit/proving.h"
#include "aiops-audit/signed.h"
#include "base/file.h"
#include "base/secret.h"
#include "store/audit.h"

static int write_unsigned(struct cli *c, struct buf *note, struct err *e)
{
	struct audit_head head;
	struct store *s = NULL;
	int rc = store_open_readonly(cli_db_path(c), &s, e);

	if (rc == 0)
		rc = audit_check_version(s, NULL, e);
	if (rc == 0)
		rc = audit_head(s, &head, e);
	if (rc == 0)
		rc = audit_checkpoint_write(&head, note, e);
	store_close(s);
	return rc;
}

static int load_signer(const char *path, struct note_signer *out, struct err *e)
{
	struct buf text = BUF_INIT(NOTE_KEY_TEXT_MAX);
	int rc = secret_read(path, &text, e);

	if (rc == 0 && note_signer_parse(buf_span(&text), out, e) != 0)
		rc = err_prefix(e, "'%s'", path);
	secret_release(&text);
	return rc;
}

/* What stands in --out was signed before too, even if the database has forgotten it. */
static int read_last(const char *path, struct notes *last, struct err *e)
{
	if (!path || access(path, F_OK) != 0)
		return 0;
	return notes_add_file(last, path, e);
}

/* A database is not made by signing it. */
static int open_existing(struct cli *c, struct store **out, struct err *e)
{
	if (access(cli_db_path(c), F_OK) != 0)
		return store_open_readonly(cli_db_path(c), out, e); /* says that it is missing */
	return store_open(cli_db_path(c), audit_migrations, audit_migration_count, out, e);
}

static int write_signed(struct cli *c, struct buf *note, struct err *e)
{
	const struct checkpoint_options *o = cli_options(c);
	struct note_signer key = {.secret = {0}};
	struct notes last = {0};
	struct store *s = NULL;
	int rc = -1;

	if (load_signer(o->sign, &key, e) != 0 || read_last(o->out, &last, e) != 0 ||
	    open_existing(c, &s, e) != 0 || store_begin(s, e) != 0)
		goto out;
	rc = signed_add(s, &key, &last, note, e);
	if (rc == 0)
		rc = store_commit(s, e);
out:
	store_close(s);
	notes_release(&last);
	note_signer_wipe(&key);
	return rc;
}

int checkpoint_run(struct cli *c)
{
	const struct checkpoint_options *o = cli_options(c);
	struct buf note = BUF_INIT(NOTE_MAX);
	struct err e = ERR_INIT;
	int rc = o->sign ? write_signed(c, &note, &e) : write_unsigned(c, &note, &e);

	if (rc == 0 && o->out)
		rc = file_write_atomic(o->out, buf_span(&note), 0644, &e);
	if (rc == 0 && !o->out)
		out_write(c, buf_span(&note));
	rc = rc == 0 ? EX_DONE : msg_err(c, NULL, &e);
	buf_release(&note);
	return rc;
}
