/*
 * run: one runbook, or a filter over triaged incidents.
 */
#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/commands/one.h"
#include "aiops-runbook/filter/incidents.h"

/* The operands name one runbook, or files of records. */
static int check_operands(struct cli *c, bool *one, struct err *e)
{
	size_t n, runbooks = 0;
	char *const *operands = cli_operands(c, &n);

	for (size_t i = 0; i < n; i++)
		runbooks += app_names_runbook(operands[i]);
	*one = runbooks == 1 && n == 1;
	if (runbooks > 0 && !*one)
		return err_set(e, EX_BADUSAGE, "run takes one runbook, or files of records");
	return 0;
}

int run_run(struct cli *c)
{
	struct err e = ERR_INIT;
	struct app a;
	bool one;
	int code;

	if (check_operands(c, &one, &e) != 0)
		return msg_err(c, NULL, &e);
	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	code = one ? one_runbook_run(&a) : incidents_run(&a);
	app_release(&a);
	return code;
}
