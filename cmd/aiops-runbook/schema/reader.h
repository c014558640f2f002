/*
 * Reading a YAML node into a typed field; what is wrong with it becomes a
 * finding at its place and reading goes on, so that one pass finds everything.
 */
#ifndef AIOPS_RUNBOOK_READER_H
#define AIOPS_RUNBOOK_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-runbook/schema/model.h"
#include "yaml/yaml.h"

struct reader {
	struct runbook *rb;
	struct findings *f;
	struct names names; /* what templates may refer to */
};

struct pos node_pos(const struct yaml_node *n);

/* A map's member, or NULL with a finding "missing key 'x'". */
const struct yaml_node *read_required(struct reader *r, const struct yaml_node *map,
				      const char *key);

/* True if n is of that type; else a finding. NULL n: false, no finding. */
bool read_is(struct reader *r, const struct yaml_node *n, enum yaml_type type);

/* A single value, and not nothing; it may be "". */
bool read_is_text(struct reader *r, const struct yaml_node *n);

/* Every key must be in allowed, else RB003 with "did you mean"; a key in later is one of the
 * format that this version does not act on: refused (RB002), never ignored. */
void read_keys(struct reader *r, const struct yaml_node *map, const char *const *allowed,
	       const char *const *later);

/* Each leaves *out alone if n is NULL or wrong; true if it was set. */
bool read_text(struct reader *r, const struct yaml_node *n, struct span *out);     /* not empty */
bool read_scalar(struct reader *r, const struct yaml_node *n, struct scalar *out); /* not empty */
bool read_bool(struct reader *r, const struct yaml_node *n, bool *out);
bool read_i64(struct reader *r, const struct yaml_node *n, int64_t min, int64_t max, int64_t *out);
bool read_double(struct reader *r, const struct yaml_node *n, double min, double max, double *out);
bool read_duration(struct reader *r, const struct yaml_node *n, int64_t min_ms, int64_t max_ms,
		   int64_t *out);
/* One of words (NULL-terminated): *out is its index. */
bool read_choice(struct reader *r, const struct yaml_node *n, const char *const *words, int *out);
/* A list of scalars, or one scalar as a list of one. */
bool read_words(struct reader *r, const struct yaml_node *n, struct words *out);
bool read_pattern(struct reader *r, const struct yaml_node *n, unsigned flags,
		  struct pattern **out);
bool read_template(struct reader *r, const struct yaml_node *n, struct template *out);

/* The items of a list: sets *n and returns zeroed room for them; NULL (*n 0) if it is absent, no
 * list, or empty. */
void *read_list(struct reader *r, const struct yaml_node *list, size_t item_size, size_t *n);

#endif
