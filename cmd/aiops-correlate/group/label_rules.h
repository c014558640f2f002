/*
 * What the site says about labels: which of them make alerts one group, which
 * keep them apart, and how much it says that two alerts share one.
 */
#ifndef AIOPS_CORRELATE_LABEL_RULES_H
#define AIOPS_CORRELATE_LABEL_RULES_H

#include <stddef.h>

#include "base/err.h"
#include "base/map.h"
#include "base/span.h"

struct yaml_node;

enum { GROUP_BY_MAX = 16, APART_MAX = 4 };

enum name_class {
	NAME_OTHER,    /* must be shown to be rare */
	NAME_PLACE,    /* host, node: joins until most incidents have it */
	NAME_IDENTITY, /* service, pod, instance: joins unless it never varies */
	NAME_NEVER,    /* severity and the like: says nothing about where */
	NAME_GROUP,    /* what the site groups by: joins always */
};

struct label_rule {
	enum name_class kind;
	double weight; /* what is learned counts so many times; 0: as it is */
};

struct label_rules {
	char **by; /* alerts with the same values of all of these are one group */
	size_t n_by;
	char **apart; /* alerts with other values of one of these never are */
	size_t n_apart;
	struct map labels; /* name to struct label_rule */
};

void label_rules_init(struct label_rules *lr);
void label_rules_release(struct label_rules *lr);
/* From the members `group` and `labels` of a file of rules; each may be NULL. Errors: EX_BADCONFIG
 * with position. */
NODISCARD int label_rules_read(struct label_rules *lr, const struct yaml_node *group,
			       const struct yaml_node *labels, struct err *e);
/* What is said about a label, or NULL. */
const struct label_rule *label_rules_get(const struct label_rules *lr, struct span name);
/* 1 + the place of name in apart; 0: it keeps nothing apart. */
size_t label_rules_apart(const struct label_rules *lr, struct span name);

#endif
