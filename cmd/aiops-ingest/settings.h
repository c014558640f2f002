/*
 * What more than one part takes from the texts of options: labels, styles of signatures.
 */
#ifndef AIOPS_INGEST_SETTINGS_H
#define AIOPS_INGEST_SETTINGS_H

#include "aiops-ingest/formats/mapping.h"
#include "aiops-ingest/ingest.h"

/* In the order of enum hmac_style; NULL at the end. */
extern const char *const hmac_style_names[];

/* "NAME=VALUE" into *out, borrowed. Errors: EX_BADUSAGE. */
NODISCARD int label_parse(const char *text, struct label *out, struct err *e);

#endif
