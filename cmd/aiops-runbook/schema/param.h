/*
 * Typed values: a runbook's parameters and what its steps capture. A value is
 * text that satisfied its declaration; nothing else is ever substituted.
 */
#ifndef AIOPS_RUNBOOK_PARAM_H
#define AIOPS_RUNBOOK_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-runbook/schema/finding.h"
#include "base/err.h"
#include "base/span.h"
#include "pattern/pattern.h"

enum param_type {
	PARAM_STRING,
	PARAM_INTEGER,
	PARAM_NUMBER,
	PARAM_BOOLEAN,
	PARAM_DURATION,
	PARAM_ENUM,
	PARAM_HOSTNAME,
	PARAM_IP,
	PARAM_K8S_NAME,
	PARAM_PATH,
	PARAM_URL,
	PARAM_SECRET_REF, /* file:/PATH or env:NAME: what it names is read when a step is run */
};
extern const char *const param_type_names[]; /* NULL-terminated, in the order of the enum */

#define PARAM_MAX_LENGTH 256  /* bytes, where max_length says nothing else */
#define PARAM_LONGEST    4096 /* what max_length may say */

struct words {
	const struct span *items;
	size_t n;
};
bool words_has(const struct words *w, struct span s);

struct param {
	struct span name;
	struct pos at;
	enum param_type type;
	bool required;
	bool has_default;
	struct span standard; /* the default */
	struct pos standard_at;
	struct span label; /* of `from: incident.labels.NAME`; SPAN_NONE if absent */
	struct span pattern_text;
	struct pos pattern_at;
	struct pattern *pattern;     /* the whole value must match; NULL if absent */
	struct words allow, deny;    /* allow is also `enum` */
	struct words hosts, schemes; /* url */
	struct span under; /* path: a directory that it must lie in; SPAN_NONE if absent */
	bool has_min, has_max;
	double min, max;          /* number; milliseconds for a duration */
	int64_t min_i64, max_i64; /* integer */
	size_t max_length;
	bool allow_dash; /* may begin with '-' */
};

/*
 * Checks value against the declaration. Errors: EX_BADDATA, "'12x' is not an integer"; the caller
 * says of what. The same value is accepted or refused wherever it came from.
 */
NODISCARD int param_check(const struct param *p, struct span value, struct err *e);

/* True if no accepted value begins with '-', so that none can be read as an option. */
bool param_excludes_dash(const struct param *p);

#endif
