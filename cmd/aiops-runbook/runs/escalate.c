#include "aiops-runbook/runs/escalate.h"

#include "aiops-runbook/runs/core.h"

void escalate_write(const struct run_row *run, const char *cause, struct jsonw *w)
{
	struct err ignored = ERR_INIT; /* says that it calls nobody */
	struct core c;

	if (core_open(&c, run->plan, &ignored) == 0 &&
	    core_has(&c, "escalation.on", span_cstr(cause))) {
		jsonw_key(w, "escalation");
		jsonw_object(w);
		jsonw_member(w, "cause", span_cstr(cause));
		jsonw_member_opt(w, "notify", record_text(c.r, "escalation.notify"));
		jsonw_object_end(w);
	}
	core_release(&c);
}
