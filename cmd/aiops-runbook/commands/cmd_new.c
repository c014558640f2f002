/*
 * new: a runbook to begin with, and its first fixture.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/fixtures/skeleton.h"
#include "base/file.h"
#include "base/instant.h"

enum { TEXT_MAX = 64 << 10 };

/* A file that must not be there yet. */
static int write_new(const char *path, struct span text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int rc;

	if (fd < 0)
		return err_set_errno(e, EX_CANNOTCREATE, errno, "cannot make '%s'", path);
	rc = file_write_all(fd, text, e);
	if (close(fd) != 0 && rc == 0)
		rc = err_set_errno(e, EX_IO, errno, "cannot write '%s'", path);
	return rc;
}

static void today(const struct env *env, struct buf *out)
{
	struct civil c = instant_civil(instant_from_ns(env_now_ns(env)));

	buf_addf(out, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* The runbook comes last, so that where it could not be written none stands without its fixture. */
static int write_both(struct cli *c, const char *id, struct err *e)
{
	const struct options *o = cli_options(c);
	const char *dir = o->out ? o->out : ".";
	struct buf book = BUF_INIT(TEXT_MAX), fixture = BUF_INIT(TEXT_MAX);
	struct buf text = BUF_INIT(TEXT_MAX), day = BUF_INIT(64);
	int rc = -1;

	buf_addf(&book, "%s/%s.yaml", dir, id);
	buf_addf(&fixture, "%s/tests/%s/success.yaml", dir, id);
	today(cli_env(c), &day);
	if (access(buf_cstr(&book), F_OK) == 0) {
		err_set(e, EX_CANNOTCREATE, "'%s' is there already", buf_cstr(&book));
		goto out;
	}
	skeleton_fixture(span_cstr(id), &text);
	if (file_make_parents(buf_cstr(&fixture), e) != 0 ||
	    write_new(buf_cstr(&fixture), buf_span(&text), e) != 0)
		goto out;
	buf_clear(&text);
	skeleton_runbook(span_cstr(id), buf_span(&day), &text);
	rc = write_new(buf_cstr(&book), buf_span(&text), e);
	if (rc == 0)
		msg(c, MSG_INFO, NULL, "wrote %s and %s", buf_cstr(&book), buf_cstr(&fixture));
out:
	buf_release(&book);
	buf_release(&fixture);
	buf_release(&text);
	buf_release(&day);
	return rc;
}

int new_run(struct cli *c)
{
	struct err e = ERR_INIT;
	size_t n;
	char *const *operands = cli_operands(c, &n);

	if (n != 1)
		err_set(&e, EX_BADUSAGE, "new takes one name");
	else if (!runbook_id_is_valid(span_cstr(operands[0])))
		err_set(&e, EX_BADUSAGE,
			"'%.100s' is no runbook's id: letters a-z, digits and -, at most %d",
			operands[0], RUNBOOK_ID_MAX);
	if (!e.code && write_both(c, operands[0], &e) == 0)
		return EX_DONE;
	return msg_err(c, NULL, &e);
}
