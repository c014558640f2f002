/*
 * cancel: ends a run that waits, or has one that goes on undone.
 */
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/commands/remake.h"
#include "aiops-runbook/runs/takeup.h"

/* The request stands in the store, where the runner looks before its next step; a signal only makes
 * it look now. It goes to exactly that process. */
static void wake_runner(const struct proc_identity *runner)
{
	int fd = runner->pid > 0 ? (int)syscall(SYS_pidfd_open, (pid_t)runner->pid, 0) : -1;

	if (fd < 0)
		return;
	if (proc_is_alive(runner))
		(void)syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0); /* see above */
	(void)close(fd);
}

static int cancel_one(struct app *a, const char *id, struct err *e)
{
	struct refusal why;
	struct run_row run;
	int found = run_by_id(a->store, span_cstr(id), &a->pool, &run, e);

	if (found == 0)
		return err_set(e, EX_UNREADABLE, "no run '%.100s' is on file", id);
	if (found < 0)
		return -1;
	switch (takeup_cancel(&a->journal, span_cstr(a->o->reason), &a->pool, &run, &why, e)) {
	case CANCEL_ENDED:
		return EX_DONE;
	case CANCEL_ASKED:
		break;
	case CANCEL_REFUSED:
		msg(a->c, MSG_ERROR, NULL, "%s", why.text);
		return EX_POLICY;
	case CANCEL_ERROR:
		return -1;
	}
	if (run.check || run_lock_is_held(cli_db_path(a->c), run.id)) {
		wake_runner(&run.runner);
		return EX_DONE;
	}
	return remake_and_run(a, &run, true, "cancelled"); /* nobody else will undo it */
}

int cancel_run(struct cli *c)
{
	struct err e = ERR_INIT;
	struct app a;
	int code = -1;
	size_t n;
	char *const *operands = cli_operands(c, &n);

	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	if (n != 1)
		err_set(&e, EX_BADUSAGE, "cancel takes one run");
	else if (app_open_store(&a, NULL, NULL, &e) == 0)
		code = cancel_one(&a, operands[0], &e);
	if (code < 0)
		code = app_fail(&a, NULL, &e);
	app_release(&a);
	return code;
}
