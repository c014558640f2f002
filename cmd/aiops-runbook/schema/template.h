/*
 * Text with references: "deployment/{{name}}". A reference is replaced inside
 * the one argv element it stands in and can never make two.
 *
 *	{{name}}    a parameter, or what an earlier step captured under that name
 *	{{run.id}} {{run.started_at}} {{incident.id}} {{runbook.id}}
 *	{{{{        the two characters {{
 */
#ifndef AIOPS_RUNBOOK_TEMPLATE_H
#define AIOPS_RUNBOOK_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-runbook/schema/finding.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/span.h"

enum ref {
	REF_NONE, /* literal text */
	REF_PARAM,
	REF_CAPTURE,
	REF_RUN_ID,
	REF_RUN_STARTED,
	REF_INCIDENT_ID,
	REF_RUNBOOK_ID,
};

struct part {
	enum ref ref;
	struct span text; /* the literal, or what stands between the braces */
	size_t index;     /* of the parameter or capture */
};

struct template
{
	struct span source;
	struct pos at;
	struct part *parts;
	size_t n;
};

/* Which parameters and captures there are, for resolving names. */
struct names {
	const struct span *params;
	size_t n_params;
	const struct span *captures;
	size_t n_captures;
};

/*
 * Parses source. Errors (findings of RB006 at `at`): an unknown name, with "did you mean",
 * a {{ without }}. The template is usable afterwards (the bad reference is literal text).
 */
void template_parse(struct template *t, struct span source, struct pos at,
		    const struct names *names, struct pool *pool, struct findings *f);

/* Every byte of it is literal. */
bool template_is_constant(const struct template *t);

/* What references stand for. A span without data is not known yet (a capture, the
 * run's id while planning) or, for a parameter, has no value. */
struct bindings {
	const struct span *params;
	const struct span *captures;
	struct span run_id, started_at, incident, runbook;
};

/* The value of a part's reference, SPAN_NONE if it is not known. */
struct span part_value(const struct part *p, const struct bindings *b);

/* Appends the text. False if a value is not known; out then holds a part of it. */
bool template_render(const struct template *t, const struct bindings *b, struct buf *out);

#endif
