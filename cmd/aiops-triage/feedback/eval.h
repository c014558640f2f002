/*
 * aiops-triage eval: how often hypotheses were right, and whether their confidence
 * says so.
 */
#ifndef AIOPS_TRIAGE_EVAL_H
#define AIOPS_TRIAGE_EVAL_H

#include "aiops-triage/classify/measure.h"
#include "base/buf.h"
#include "cli/cli.h"

enum eval_format { EVAL_NDJSON, EVAL_TABLE };

struct eval_options {
	int64_t since_ms;
	int format; /* enum eval_format */
};

int eval_run(struct cli *c);

/* One verdict, as it is looked at. Texts are owned. */
struct judged {
	char *incident, *component, *fault, *text, *cause, *actual;
	bool answered, agreed, helped;
	double confidence, raw;
	int64_t at_ms;
};

struct eval {
	int64_t since_ms, until_ms; /* the span, wall clock */
	int64_t made, answered;     /* hypotheses in it */
	struct judged *items;       /* verdicts in it, the oldest first; owned */
	size_t n, cap;
	struct measure all;        /* of judged answers, by the confidence that was said */
	struct share helped;       /* of all judged, abstentions count as not helpful */
	struct share classes;      /* answers whose class was judged and right */
	double macro_f1;           /* over these; NaN without any */
	struct calibration fitted; /* as explain would use it now */
	struct measure folds;      /* the same method out of fold, on raw confidence */
	bool folded;               /* there were enough */
	int64_t wrong_in_a_row;    /* newest verdicts on answers, whenever they were given */
};

/* The parts of eval.c that others print. */
void eval_write_json(const struct eval *v, struct buf *out);
void eval_write_table(const struct eval *v, struct buf *out);

#endif
