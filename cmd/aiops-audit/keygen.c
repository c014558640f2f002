/*
 * aiops-audit keygen: a key that signs checkpoints.
 */
#include <sodium.h>

#include "aiops-audit/commands.h"
#include "aiops-audit/note.h"
#include "aiops-audit/proving.h"
#include "base/secret.h"
#include "store/audit.h"

/* The name by which the log at --db goes (C2SP: its origin). */
static int default_name(struct cli *c, struct buf *name, struct err *e)
{
	struct store *s = NULL;
	struct audit_head head;
	int rc = -1;

	if (store_open_readonly(cli_db_path(c), &s, e) != 0 ||
	    audit_check_version(s, NULL, e) != 0 || audit_head(s, &head, e) != 0) {
		err_prefix(e, "the key is called after the log, unless --name says how");
	} else {
		buf_addf(name, "%s%s", AUDIT_ORIGIN, head.log);
		rc = 0;
	}
	store_close(s);
	return rc;
}

static int key_name(struct cli *c, struct buf *name, struct err *e)
{
	const struct keygen_options *o = cli_options(c);

	if (!o->name)
		return default_name(c, name, e);
	buf_add_cstr(name, o->name);
	if (note_name_ok(buf_span(name)))
		return 0;
	return err_set(e, EX_BADUSAGE,
		       "--name '%s': not 1 to %d printable characters without space and +", o->name,
		       NOTE_NAME_MAX);
}

/* Makes the key, writes it, and appends its public half to shown. */
static int make_key(struct cli *c, const char *path, struct span name, struct buf *shown,
		    struct err *e)
{
	struct buf text = BUF_INIT(NOTE_KEY_TEXT_MAX);
	uint8_t seed[NOTE_SEED_BYTES];
	struct note_signer key;
	int rc;

	env_random(cli_env(c), seed, sizeof seed);
	note_signer_make(name, seed, &key);
	note_signer_add(&key, &text);
	buf_add_char(&text, '\n');
	rc = secret_write_new(path, buf_span(&text), e);
	note_key_add(&key.key, shown);
	buf_add_char(shown, '\n');
	sodium_memzero(text.data, text.cap);
	buf_release(&text);
	sodium_memzero(seed, sizeof seed);
	note_signer_wipe(&key);
	return rc;
}

int keygen_run(struct cli *c)
{
	struct buf name = BUF_INIT(1 << 16), shown = BUF_INIT(NOTE_KEY_TEXT_MAX);
	struct err e = ERR_INIT;
	size_t n;
	char *const *files = cli_operands(c, &n);
	int rc = EX_DONE;

	if (n != 1)
		err_set(&e, EX_BADUSAGE, "one file for the key is wanted");
	else if (key_name(c, &name, &e) == 0)
		(void)make_key(c, files[0], buf_span(&name), &shown, &e); /* e says it */
	if (e.code)
		rc = msg_err(c, NULL, &e);
	else
		out_write(c, buf_span(&shown));
	buf_release(&name);
	buf_release(&shown);
	return rc;
}
