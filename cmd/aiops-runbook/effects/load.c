/*
 * The tables that came with the programme, and a site's own.
 */
#include "aiops-runbook/effects/effects.h"
#include "cli/datadir.h"

int effects_load(const char *own, struct effects **out, struct err *e)
{
	struct buf installed = BUF_INIT(8192);
	int rc;

	*out = effects_new();
	rc = datadir_find("effects", &installed, e);
	if (rc == 0)
		rc = effects_add_folder(*out, buf_cstr(&installed), e);
	if (rc == 0 && own)
		rc = effects_add_folder(*out, own, e);
	buf_release(&installed);
	if (rc == 0)
		return 0;
	effects_free(*out);
	*out = NULL;
	return -1;
}
