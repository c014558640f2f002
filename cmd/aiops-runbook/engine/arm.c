#include "aiops-runbook/engine/arm.h"

#include <unistd.h>

#include "aiops-runbook/engine/confine.h"
#include "base/mem.h"

static void add_mark(struct exec *x, const char *label)
{
	struct buf mark = BUF_INIT(1024);
	size_t cap = x->envc + 1;

	buf_addf(&mark, "%s=%s", EXEC_MARK, label);
	mem_grow(x->envp, cap, x->envc + 2);
	x->envp[x->envc++] = buf_take(&mark);
	x->envp[x->envc] = NULL;
	x->spec.envp = (const char *const *)x->envp;
}

/* Opened, and closed again if something else is executed in its place. */
static int open_planned(const struct executable *exe, struct err *e)
{
	return exe_open(exe->path.data, &exe->identity, e);
}

int exec_arm(struct exec *x, const struct plan *p, const struct bindings *b, const struct cmd *c,
	     const char *label, struct err *e)
{
	const struct executable *bubblewrap = plan_bubblewrap(p, c);
	int fd;
	bool ok;

	add_mark(x, label);
	fd = open_planned(plan_executable(p, c), e);
	if (fd >= 0 && bubblewrap) {
		(void)close(fd); /* it was only to be compared */
		fd = open_planned(bubblewrap, e);
	}
	if (fd < 0)
		return -1;
	x->spec.exec_fd = fd;
	x->confined = confine(x, p, b, c, &ok, e);
	return ok ? 0 : -1;
}

void exec_disarm(struct exec *x)
{
	if (x->spec.exec_fd > 0)
		(void)close(x->spec.exec_fd); /* only read from */
	x->spec.exec_fd = 0;
	confine_release(x->confined);
	x->confined = NULL;
}
