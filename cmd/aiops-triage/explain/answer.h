/*
 * What triage says about one incident: the value of the key `triage`
 * (aiops-record(5)).
 */
#ifndef AIOPS_TRIAGE_ANSWER_H
#define AIOPS_TRIAGE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/evidence/evidence.h"
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/explain/confidence.h"
#include "aiops-triage/knowledge/runbooks.h"
#include "aiops-triage/knowledge/signature.h"
#include "aiops-triage/past/past.h"
#include "base/buf.h"
#include "base/span.h"

#define HYPOTHESES_MAX      3
#define HYPOTHESIS_EVIDENCE 5
#define SIMILAR_MAX         3
#define UNKNOWN_MAX         16
#define NO_CLASS            SIZE_MAX

/* Who said so. */
enum said_by { BY_RULES, BY_LEARNED, BY_LLM };

struct hypothesis {
	enum said_by by;
	struct span component;
	size_t fault; /* index of a signature, or NO_CLASS */
	struct span text;
	double confidence;
	struct evidence evidence[HYPOTHESIS_EVIDENCE];
	size_t n_evidence;
};

struct neighbour {
	const struct past *past;
	double score;
};

/* A parameter of the runbook that the incident's labels fill. */
struct filled {
	struct span name, value;
};

struct answer {
	const struct signatures *signatures; /* borrowed, as all spans are */
	size_t fault;
	double fault_score;
	enum said_by fault_by;
	enum severity severity;
	double severity_score;
	enum said_by severity_by;
	double confidence;
	double raw_confidence; /* before it was calibrated */
	enum calibration_method calibration;
	double ready_above; /* what the site asks of automation */
	bool abstained;
	struct hypothesis hypotheses[HYPOTHESES_MAX]; /* the first is empty if there is none */
	size_t n_hypotheses;
	struct span first_action;
	struct neighbour similar[SIMILAR_MAX];
	size_t n_similar;
	const struct runbook *runbook;
	struct span runbook_why;
	struct filled *parameters; /* owned array */
	size_t n_parameters;
	struct span unknown[UNKNOWN_MAX];
	size_t n_unknown;
	int64_t index_age_s; /* -1: there is no index */
	size_t rejected;
	bool heard[SOURCES]; /* the sources of evidence that had something to look at */
	struct span llm;     /* what the language model had to do with it, JSON; SPAN_NONE: off */
	char **texts;        /* owned: sentences made here */
	size_t n_texts, texts_cap;
};

void answer_release(struct answer *a);
/* The buffer's contents, kept until answer_release; the buffer is empty afterwards. */
struct span answer_keep(struct answer *a, struct buf *text);
/* One more thing that was not known. */
void answer_unknown(struct answer *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "connection_exhaustion", or "unknown". */
struct span answer_class(const struct answer *a, size_t fault);

/* The word for automation (confidence.h). */
const char *answer_automation(const struct answer *a);

/* Writes an array of hypotheses of a. */
struct jsonw;
void answer_write_hypotheses(struct jsonw *w, const struct answer *a, const struct hypothesis *h,
			     size_t n);

/* Appends the JSON object. */
void answer_write(const struct answer *a, struct buf *out);

#endif
