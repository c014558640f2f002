/*
 * What the readers of the rules file share. Private to notify/rules*.c.
 */
#ifndef AIOPS_INCIDENT_NOTIFY_RULES_IMPL_H
#define AIOPS_INCIDENT_NOTIFY_RULES_IMPL_H

#include "aiops-incident/notify/rules.h"

/* rules_channels.c: the map of channels. */
NODISCARD int read_channels(struct notify_rules *r, const struct yaml_node *map, struct err *e);
/* rules_people.c: people (after channels), and rotations (after people). */
NODISCARD int read_people(struct notify_rules *r, const struct yaml_node *map, struct err *e);
NODISCARD int read_rotations(struct notify_rules *r, const struct yaml_node *map, struct err *e);

/* The index of what has that name, or SIZE_MAX. */
size_t person_named(const struct notify_rules *r, struct span name);
size_t rotation_named(const struct notify_rules *r, struct span name);

/* A list of texts, or one text. */
NODISCARD int read_texts(struct notify_rules *r, const struct yaml_node *n, const struct span **out,
			 size_t *n_out, struct err *e);

#endif
