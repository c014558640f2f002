/*
 * Are two bodies the same but for `observed` and `audit`? The answer does not depend on which
 * comes first, and for two JSON objects that are called the same it is what jansson says.
 */
#include "store/audit_body.h"

#include "../fuzz.h"
#include "../fuzz_json.h"

static json_t *compared(struct span text)
{
	json_error_t error;
	json_t *tree = fuzz_json_tree(text, &error);

	if (!json_is_object(tree)) {
		json_decref(tree);
		return NULL;
	}
	json_object_del(tree, "observed");
	json_object_del(tree, "audit");
	return tree;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span first = fuzz_until(&in, '\n'), second = fuzz_rest(&in);
	char *a = fuzz_copy(first, 0), *b = fuzz_copy(second, 0);
	struct span left = span_of(a, first.len), right = span_of(b, second.len);
	bool same = audit_body_same(left, right);
	json_t *left_tree = compared(left), *right_tree = compared(right);

	FUZZ_CHECK(same == audit_body_same(right, left));
	FUZZ_CHECK(audit_body_same(left, left));
	if (same && left_tree && right_tree)
		FUZZ_CHECK(json_equal(left_tree, right_tree));
	json_decref(left_tree);
	json_decref(right_tree);
	free(a);
	free(b);
	return 0;
}
