/*
 * Records turned back into what other systems take: --to. One payload a line, or
 * batches of them.
 */
#ifndef AIOPS_INGEST_CONVERT_H
#define AIOPS_INGEST_CONVERT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum convert_to { CONVERT_NONE, CONVERT_ALERTMANAGER, CONVERT_OTLP, CONVERT_CLOUDEVENTS };

struct converter;

/* batch: payloads in one document; 0 or 1 writes each alone on a line, not in a document for many
 * (OTLP's document for many is its only one). Lines go to `put`, without their newline. */
struct converter *converter_new(enum convert_to to, size_t batch, size_t max_record,
				void (*put)(void *ctx, struct span line), void *ctx);
void converter_free(struct converter *c);

/* One record, as it would have been written. */
void converter_add(struct converter *c, struct span record);
/* What is gathered of a batch goes out. */
void converter_flush(struct converter *c);
/* Records of kinds that the target does not take. */
int64_t converter_left_out(const struct converter *c);

#endif
