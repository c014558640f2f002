#include "aiops-correlate/suppress/severity.h"

enum { MANY = 5 }; /* correlated alerts above which an incident weighs more */

static void say_start(const struct severity_case *c, struct buf *why)
{
	if (c->highest == SEVERITY_UNKNOWN)
		buf_add_cstr(why, "no alert says its severity: taken as medium");
	else if (c->alerts == 1)
		buf_add_cstr(why, "the alert's own");
	else
		buf_addf(why, "the highest of %u alerts is %s", c->alerts,
			 severity_name(c->highest));
}

static enum severity raised(const struct severity_case *c, enum severity s, struct buf *why)
{
	uint32_t alerts = c->raise_alerts ? c->raise_alerts : MANY;

	if (s == SEVERITY_CRITICAL)
		return s;
	if (c->alerts > 1 && c->alerts - 1 > alerts) {
		if (why)
			buf_addf(why, "; one step up for %u correlated alerts", c->alerts - 1);
		return s + 1;
	}
	if (c->raise_services && c->services > 1 && c->services - 1 > c->raise_services) {
		if (why)
			buf_addf(why, "; one step up for %u services", c->services);
		return s + 1;
	}
	return s;
}

enum severity severity_weigh(const struct severity_case *c, struct buf *why)
{
	enum severity s = c->highest == SEVERITY_UNKNOWN ? SEVERITY_MEDIUM : c->highest;

	if (why)
		say_start(c, why);
	s = raised(c, s, why);
	if (c->maintained && s > SEVERITY_LOW) {
		s--;
		if (why)
			buf_add_cstr(why, "; one step down in maintenance");
	}
	if (s < c->least) {
		s = c->least;
		if (why)
			buf_addf(why, "; policy asks for at least %s", severity_name(s));
	}
	return s;
}
