#include "aiops-correlate/severity.h"

enum { MANY = 5 }; /* correlated alerts above which an incident weighs more */

enum severity severity_effective(enum severity highest, uint32_t alerts, struct buf *why)
{
	enum severity s = highest == SEVERITY_UNKNOWN ? SEVERITY_MEDIUM : highest;
	bool raised = alerts > MANY + 1 && s < SEVERITY_CRITICAL;

	if (raised)
		s++;
	if (!why)
		return s;
	if (highest == SEVERITY_UNKNOWN)
		buf_add_cstr(why, "no alert says its severity: taken as medium");
	else if (alerts == 1)
		buf_add_cstr(why, "the alert's own");
	else
		buf_addf(why, "the highest of %u alerts is %s", alerts, severity_name(highest));
	if (raised)
		buf_addf(why, "; one step up for %u correlated alerts", alerts - 1);
	return s;
}
