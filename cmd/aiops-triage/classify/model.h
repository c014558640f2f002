/*
 * The learned model: what texts of each class and severity look like, how far
 * it can be trusted, and the file that it is kept in.
 *
 * The file is text, so that two of them can be compared: the line
 * "aiops-triage-model 1", for each task its labels, calibration and words, and at the end the
 * SHA-256 of all lines above. Numbers have at most five digits: they mean no more, and so
 * the same examples give the same bytes on any machine.
 */
#ifndef AIOPS_TRIAGE_MODEL_H
#define AIOPS_TRIAGE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-triage/classify/bag.h"
#include "aiops-triage/classify/calibrate.h"
#include "aiops-triage/classify/linear.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/span.h"

#define MODEL_MAGIC       "aiops-triage-model "
#define MODEL_VERSION     1
#define MODEL_MAX_BYTES   (64u << 20)
#define MODEL_LABEL_BYTES 64

enum model_task { MODEL_CLASS, MODEL_SEVERITY, MODEL_TASKS };
/* "class", "severity". */
const char *model_task_name(enum model_task t);

struct model_part {
	char *labels[LABELS_MAX]; /* owned */
	struct linear linear;     /* labels 0: nothing was learned */
	size_t examples;
	struct calibration calibration;
};

struct model {
	struct lexicon lexicon;
	struct model_part parts[MODEL_TASKS];
	char digest[DIGEST_HEX + 1]; /* of its file; empty if it was not read */
};

void model_init(struct model *m);
void model_release(struct model *m);

/* Appends the file's bytes. */
void model_write(const struct model *m, struct buf *out);
/* Reads it into an initialised model. Errors: EX_BADCONFIG with the line: no model, another
 * version, damaged. */
NODISCARD int model_read(struct model *m, struct span text, struct err *e);
/* The same from a file. Errors: EX_UNREADABLE too. */
NODISCARD int model_load(struct model *m, const char *path, struct err *e);

/* The digest that the last line gives of text, those above. */
void model_add_digest(struct span text, char hex[static DIGEST_HEX + 1]);

/* What the model says of a text. */
struct said {
	struct span label; /* borrowed; SPAN_NONE: it learned nothing for this task */
	double score;      /* calibrated, as far as the part is */
	bool familiar;     /* it knows words of the text; without any the label is a guess */
};
struct said model_say(struct model *m, enum model_task t, struct span text);

#endif
