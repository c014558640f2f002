#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/decide.h"
#include "aiops-correlate/suppress/severity.h"
#include "aiops-correlate/suppress/suppress.h"
#include "base/mem.h"

static const char *const role_names[] = {"root", "symptom", "duplicate", "context"};

const char *role_name(enum role r)
{
	return role_names[r];
}

void outcome_release(struct outcome *o)
{
	free(o->duplicate_of);
	buf_release(&o->by);
	buf_release(&o->why);
	memset(o, 0, sizeof *o);
}

void outcome_make(struct outcome *o, const char *incident, enum role role)
{
	free(o->duplicate_of);
	o->duplicate_of = NULL;
	buf_clear(&o->by);
	buf_clear(&o->why);
	memcpy(o->incident, incident, strlen(incident) + 1);
	o->role = role;
	o->count = 1;
	o->why.max = WHY_MAX;
}

void outcome_weigh(const struct engine *en, struct outcome *o, enum severity own,
		   const struct group *g)
{
	struct severity_case c = {.highest = own, .alerts = 1};

	if (en->policy)
		c.raise_alerts = en->policy->rules.raise_alerts;
	if (g) {
		c.alerts = g->unique;
		c.least = g->least;
		c.maintained = g->active > 0 && g->maintained == g->active;
	}
	o->effective = severity_weigh(&c, NULL);
}

void outcome_duplicate(struct outcome *o, const char *first_id, uint32_t count)
{
	free(o->duplicate_of);
	o->duplicate_of = first_id ? mem_dupz(first_id) : NULL;
	o->count = count;
	buf_addf(&o->why, "the same fingerprint as an alert that fires already, report %u", count);
}
