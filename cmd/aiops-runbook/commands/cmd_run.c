/*
 * run: one runbook, or a filter over triaged incidents.
 */
#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/commands/one.h"
#include "aiops-runbook/filter/incidents.h"

#include <sys/stat.h>

/* A file of records whose name could be a runbook's id must not be taken for one. */
static int check_operand(const char *operand, struct err *e)
{
	struct stat st;

	if (!runbook_id_is_valid(span_cstr(operand)) || stat(operand, &st) != 0 ||
	    !S_ISREG(st.st_mode))
		return 0;
	return err_set(e, EX_BADUSAGE,
		       "'%s' is a file here, and could be the id of a runbook: write ./%s for the "
		       "file, or the runbook's path",
		       operand, operand);
}

/* The operands name one runbook, or files of records. */
static int check_operands(struct cli *c, bool *one, struct err *e)
{
	size_t n, runbooks = 0;
	char *const *operands = cli_operands(c, &n);

	for (size_t i = 0; i < n; i++) {
		if (check_operand(operands[i], e) != 0)
			return -1;
		runbooks += app_names_runbook(operands[i]);
	}
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
