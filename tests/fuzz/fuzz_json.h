/*
 * What jansson, which shares no code with lib/record, says of a JSON text. It is stricter in two
 * things that RFC 8259 leaves open (integers beyond 64 bits, reals beyond a double), hence
 * JSON_UNKNOWN.
 */
#ifndef AIOPS_TESTS_FUZZ_JSON_H
#define AIOPS_TESTS_FUZZ_JSON_H

#include <jansson.h>

#include "fuzz.h"

/* The text as a tree, or NULL with *error set. json_decref it. */
static inline json_t *fuzz_json_tree(struct span text, json_error_t *error)
{
	return json_loadb(text.data ? text.data : "", text.len,
			  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, error);
}

/* True if jansson takes the text. */
static inline bool fuzz_json_valid(struct span text)
{
	json_error_t error;
	json_t *tree = fuzz_json_tree(text, &error);
	bool ok = tree != NULL;

	json_decref(tree);
	return ok;
}

/* True if jansson takes the text, or refuses it for the size of a number: there it stops, and what
 * stands behind that number is not known. */
static inline bool fuzz_json_ok(struct span text)
{
	json_error_t error;
	json_t *tree = fuzz_json_tree(text, &error);
	bool ok = tree || json_error_code(&error) == json_error_numeric_overflow;

	json_decref(tree);
	return ok;
}

#endif
