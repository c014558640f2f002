#include "aiops-runbook/schema/secret_ref.h"

#include "aiops-runbook/schema/param.h"

bool secret_ref_parse(struct span text, struct secret_ref *out)
{
	bool is_file = span_starts(text, "file:/"), is_env = span_starts(text, "env:");
	size_t skip = is_file ? 5 : 4;

	if ((!is_file && !is_env) || text.len <= skip || text.len > PARAM_LONGEST)
		return false;
	*out = (struct secret_ref){is_file, span_of(text.data + skip, text.len - skip)};
	for (size_t i = 0; i < out->name.len; i++) {
		char c = out->name.data[i];
		bool word = (c >= 'A' && c <= 'Z') || c == '_' || (i && c >= '0' && c <= '9') ||
			    (c >= 'a' && c <= 'z');

		if (is_file ? (unsigned char)c < ' ' || c == 0x7f : !word)
			return false;
	}
	return true;
}
