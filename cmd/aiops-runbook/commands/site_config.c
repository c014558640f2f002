#include "aiops-runbook/commands/site_config.h"

#include "aiops-runbook/commands/commands.h"
#include "cli/zones.h"
#include "yaml/yaml.h"

static int read_zone(const char *name, struct zone *out, struct err *e)
{
	if (name)
		return zones_find(name, out, e);
	zone_fixed(out, "UTC", 0);
	return 0;
}

int site_config(struct cli *c, struct site *out, struct err *e)
{
	const struct options *o = cli_options(c);
	const struct yaml_node *self = cli_config_section(c, "allow_self");

	*out = (struct site){.authority = (enum authority)o->authority,
			     .first_step = o->first_step,
			     .auto_above = o->auto_above,
			     .max_actions_per_hour = o->actions_per_hour,
			     .approval_open_ms = o->approval_open,
			     .breaker_failures = o->breaker_failures,
			     .breaker_open_ms = o->breaker_open};
	/* A command without the option has 0. */
	if (o->auto_above != 0 && !(o->auto_above >= SITE_AUTO_LEAST && o->auto_above <= 1))
		return err_set(e, EX_BADUSAGE, "auto_above is %g: it is at least %g and at most 1",
			       o->auto_above, SITE_AUTO_LEAST);
	if ((self && yaml_bool(self, &out->allow_self, e) != 0) ||
	    approvers_load(cli_config_section(c, "approvers"), &out->approvers, e) != 0 ||
	    read_zone(o->zone, &out->zone, e) != 0) {
		site_release(out);
		return -1;
	}
	return 0;
}
