/*
 * Incident signatures: what an incident of a known class looks like in alerts,
 * logs, metrics and changes, and what one does first. They are data
 * (files in share/signatures/, schema in share/schema/signature.schema.json), one
 * class a file; nothing about a class is known to the code.
 */
#ifndef AIOPS_TRIAGE_SIGNATURE_H
#define AIOPS_TRIAGE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/knowledge/phrase.h"
#include "base/err.h"
#include "base/span.h"
#include "record/event.h"

#define SIGNATURES_MAX    256
#define SIGNALS_MAX       2048
#define SIGNAL_PAIRS      4
#define SIGNAL_WORDS      6
#define SIGNAL_MAX_WEIGHT 10

enum signal_source { SIGNAL_ALERT, SIGNAL_LOG, SIGNAL_LABEL, SIGNAL_METRIC, SIGNAL_CHANGE };

/* One thing that speaks for a class. Spans are borrowed from the signature's document. */
struct signal {
	enum signal_source source;
	size_t signature;                /* index into signatures.items */
	double weight;                   /* above 0, at most SIGNAL_MAX_WEIGHT */
	struct span text;                /* as written: words, phrase, glob or change type */
	struct span words[SIGNAL_WORDS]; /* SIGNAL_ALERT */
	size_t n_words;
	struct label pairs[SIGNAL_PAIRS]; /* SIGNAL_LABEL: all must be equal */
	size_t n_pairs;
};

struct texts {
	struct span *items;
	size_t n;
};

struct signature {
	struct span id, title, text;
	struct span first_action; /* read-only, the schema has it so */
	struct texts causes, investigate;
	struct texts actions; /* what one does next; a person decides */
	struct span runbook;  /* id of the one for the class; SPAN_NONE */
	struct yaml *doc;     /* owns the spans */
};

struct signatures {
	struct signature *items; /* by id */
	size_t n, cap;
	struct signal *signals;
	size_t n_signals, signals_cap;
	struct phrases phrases; /* of SIGNAL_LOG; value: index into signals */
};

/* Loads every *.yaml in dir. Errors: EX_UNREADABLE (no such directory, a file, or nothing in
 * it), EX_BADCONFIG with the file's name in front and the position. */
NODISCARD int signatures_load(struct signatures *s, const char *dir, struct err *e);
/* Adds one document, for tests and for signatures_load. Errors: EX_BADCONFIG. */
NODISCARD int signatures_add(struct signatures *s, struct span yaml, struct err *e);
void signatures_init(struct signatures *s);
void signatures_release(struct signatures *s);

/* What a record offers to the signals; absent parts are SPAN_NONE. */
struct clue {
	enum kind kind;
	struct span name; /* of the alert or the metric */
	struct span body; /* of a log */
	struct span change_type;
	const struct label *labels;
	size_t n_labels;
	bool unhealthy; /* metric: the record itself says so, or its threshold does */
};

/* One signal that a record bears out, and by which of its bytes. */
struct hit {
	size_t signal;
	struct span covered;
};
#define HITS_PER_RECORD 16

/* Fills hits, each signal at most once; returns how many (at most HITS_PER_RECORD). */
size_t signatures_match(const struct signatures *s, const struct clue *c,
			struct hit hits[HITS_PER_RECORD]);

/* '*' stands for anything; the whole name, case matters. */
bool name_glob(struct span pattern, struct span name);

#endif
