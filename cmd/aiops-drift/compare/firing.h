/*
 * The alerts that have fired and not been resolved, so that one that resolves does so
 * under the labels and the start that it fired with.
 */
#ifndef AIOPS_DRIFT_FIRING_H
#define AIOPS_DRIFT_FIRING_H

#include "base/instant.h"
#include "base/map.h"
#include "base/span.h"

struct fired {
	struct instant starts_at;
	char *service; /* owned; "" if the feature's records named none or several */
};

struct firing {
	struct map by_name; /* feature -> struct fired, owned */
};

void firing_init(struct firing *f);
void firing_release(struct firing *f);

/* NULL if it is not firing; valid until it is removed. */
struct fired *firing_get(const struct firing *f, const char *feature);
struct fired *firing_add(struct firing *f, const char *feature, struct instant starts_at,
			 struct span service);
void firing_remove(struct firing *f, const char *feature);

#endif
