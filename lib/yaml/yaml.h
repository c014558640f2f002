/*
 * YAML 1.2 documents that people write (configuration, runbooks, rules,
 * topology; JSON is accepted too), through libfyaml with hard limits:
 * 256 KiB, UTF-8 checked first, one document, no duplicate keys, no anchors,
 * aliases, merge keys or tags, depth 64. Every message carries line and column.
 *
 * Scalars keep their text; a plain scalar is only given a type when it is
 * asked for one, so 1:30, 0755, no and on are never silently something else.
 */
#ifndef AIOPS_YAML_YAML_H
#define AIOPS_YAML_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define YAML_MAX_BYTES (256u << 10)
#define YAML_MAX_DEPTH 64

struct yaml; /* a parsed document; owns all nodes */

enum yaml_type { YAML_NONE, YAML_SCALAR, YAML_LIST, YAML_MAP };

/* A node, borrowed from its document. Lines and columns are 1-based. */
struct yaml_node {
	enum yaml_type type;
	bool quoted;      /* scalar in '' or "" or a block scalar */
	struct span text; /* scalar's text, NUL-terminated behind len */
	size_t line, col;
	size_t n;                 /* elements of a list, members of a map */
	struct yaml_pair *pairs;  /* of a map, in source order */
	struct yaml_node **items; /* of a list */
};
struct yaml_pair {
	struct span key; /* NUL-terminated behind len */
	size_t line, col;
	struct yaml_node *value;
};

/* Parses text. Errors: EX_BADCONFIG with position; never more than linear time
 * and about 40 bytes of memory per input byte. NULL on failure. */
struct yaml *yaml_parse(struct span text, struct err *e);
/* Reads and parses a file. Errors: EX_UNREADABLE, EX_BADCONFIG. */
struct yaml *yaml_load(const char *path, struct err *e);
void yaml_free(struct yaml *y);
/* The root; a map node without members for an empty document. Never NULL. */
const struct yaml_node *yaml_root(const struct yaml *y);

/* The member's value or NULL (also if map is NULL or no map). */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Typed reads. They return -1 with position and what was expected; a NULL node
 * leaves *out alone and returns 0, so that defaults are set before. */
NODISCARD int yaml_text(const struct yaml_node *n, struct span *out, struct err *e);
NODISCARD int yaml_bool(const struct yaml_node *n, bool *out, struct err *e); /* true, false */
NODISCARD int yaml_i64(const struct yaml_node *n, int64_t min, int64_t max, int64_t *out,
		       struct err *e);
NODISCARD int yaml_double(const struct yaml_node *n, double *out, struct err *e);
NODISCARD int yaml_duration_ms(const struct yaml_node *n, int64_t *out, struct err *e);
NODISCARD int yaml_expect(const struct yaml_node *n, enum yaml_type type, struct err *e);

/* Every key of map must be in allowed (NULL-terminated), else EX_BADCONFIG at
 * its position: unknown key 'paramters' (did you mean 'parameters'?). */
NODISCARD int yaml_check_keys(const struct yaml_node *map, const char *const *allowed,
			      struct err *e);

/* The nearest of words (NULL-terminated) within edit distance 2 and a third of
 * the length, or NULL. For "did you mean". */
const char *nearest_word(struct span word, const char *const *words);

#endif
