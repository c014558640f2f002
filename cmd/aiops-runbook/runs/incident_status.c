#include "aiops-runbook/runs/incident_status.h"

#include <stddef.h>
#include <string.h>

const char *incident_status_of(const char *state, const char *reason)
{
	static const struct {
		const char *state, *status;
	} table[] = {{"running", "mitigating"},
		     {"failed", "escalated"},
		     {"rolled_back", "escalated"},
		     {"rollback_partial", "escalated"},
		     {"needs_operator", "escalated"}};

	/* Steps that were done prove nothing. */
	if (strcmp(state, "succeeded") == 0)
		return reason && strcmp(reason, "verified") == 0 ? "resolved" : "mitigating";
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(state, table[i].state) == 0)
			return table[i].status;
	return NULL;
}
