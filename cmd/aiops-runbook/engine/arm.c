#include "aiops-runbook/engine/arm.h"

#include <unistd.h>

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

int exec_arm(struct exec *x, const struct plan *p, const struct cmd *c, const char *label,
	     struct err *e)
{
	const struct executable *exe = plan_executable(p, c);
	int fd;

	add_mark(x, label);
	fd = exe_open(exe->path.data, &exe->identity, e);
	if (fd < 0)
		return -1;
	x->spec.exec_fd = fd;
	return 0;
}

void exec_disarm(struct exec *x)
{
	if (x->spec.exec_fd > 0)
		(void)close(x->spec.exec_fd); /* only read from */
	x->spec.exec_fd = 0;
}
