/*
 * What the parts of loading share. The fields of a document are checked by
 * json_unpack (types) and load_in_range (values).
 */
#ifndef AIOPS_CORRELATE_SNAPSHOT_IMPL_H
#define AIOPS_CORRELATE_SNAPSHOT_IMPL_H

#include <jansson.h>

#include "aiops-correlate/snapshot.h"

struct load {
	struct engine *en;
	struct pair **pairs; /* by number, held until the end */
	size_t n_pairs;
	struct group **groups; /* by number */
	size_t n_groups;
	struct err *e;
};

/* "the state is damaged: where"; -1. */
int load_damaged(struct load *l, const char *where);
/* The array under key of the object; NULL and an error if it is not there. */
json_t *load_list_borrow(struct load *l, json_t *object, const char *key);
struct word *load_word(struct load *l, const json_t *text);
NODISCARD int load_fp(struct load *l, const char *hex, uint64_t *out);
bool load_in_range(json_int_t n, int64_t min, int64_t max);
NODISCARD int load_id(struct load *l, const char *text, char out[static INCIDENT_ID_SIZE]);
/* The list of pair numbers under "pairs" of object, each held; *out belongs to the caller. */
NODISCARD int load_pair_numbers(struct load *l, json_t *object, struct pair ***out, size_t *n);
/* The incident of that number; none if there is no such. */
struct group_ref load_ref(const struct load *l, json_int_t number);
NODISCARD int load_each(struct load *l, json_t *root, const char *key,
			int (*one)(struct load *l, json_t *row));

/* snapshot_groups.c */
NODISCARD int load_groups(struct load *l, json_t *root);
/* snapshot_alerts.c: alerts and what waits; after the groups. */
NODISCARD int load_alerts(struct load *l, json_t *root);

#endif
