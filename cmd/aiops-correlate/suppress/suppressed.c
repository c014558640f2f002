#include "aiops-correlate/suppress/suppressed.h"

static const char *const names[SUPPRESS_CAUSES] = {"maintenance", "inhibition", "flapping",
						   "cooldown", "cap"};

const char *suppress_cause_name(enum suppress_cause c)
{
	return names[c];
}

void suppressed_add(struct suppressed *to, const struct suppressed *from)
{
	for (int i = 0; i < SUPPRESS_CAUSES; i++)
		to->n[i] += from->n[i];
}
