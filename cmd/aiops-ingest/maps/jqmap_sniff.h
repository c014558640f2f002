/*
 * What a map's header says about the shape of its documents, so that -f auto
 * tells them apart without running a map (aiops-maps(5)).
 */
#ifndef AIOPS_INGEST_JQMAP_SNIFF_H
#define AIOPS_INGEST_JQMAP_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "record/record.h"

/* One condition: PATH, !PATH, PATH:TYPE, PATH=WORD|WORD*. */
struct shape_test {
	char *path; /* for record_get, owned */
	bool absent;
	enum value_type type; /* VALUE_NONE: any but null */
	struct span words; /* alternatives with '|'; a '*' at the end of one stands for anything */
};

/* All of its conditions must hold. */
struct shape_rule {
	struct shape_test *tests;
	size_t n, cap;
};

/* Reads conditions that spaces part, borrowing text. Errors: EX_BADCONFIG. */
NODISCARD int shape_rule_parse(struct span text, struct shape_rule *out, struct err *e);
void shape_rule_release(struct shape_rule *r);

bool shape_rule_holds(const struct shape_rule *rule, const struct record *r);

#endif
