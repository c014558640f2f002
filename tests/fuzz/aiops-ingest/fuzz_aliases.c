/*
 * Aliases from a user's file: what is refused says where, and a table that was taken promotes the
 * value of a label, or nothing.
 */
#include "aiops-ingest/alias.h"

#include "../fuzz.h"
#include "../memory_file.h"

static bool is_value(struct span s, const struct label *labels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s.data >= labels[i].value.data &&
		    s.data + s.len <= labels[i].value.data + labels[i].value.len)
			return true;
	return !s.data;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct label labels[] = {
		{{"app", 3}, {"cart", 4}},    {{"instance", 8}, {"[::1]:80", 8}},
		{{"node", 4}, {"node-1", 6}}, {{"stage", 5}, {"prod", 4}},
		{{"team", 4}, {"", 0}},       {{"x", 1}, {"y:1", 3}},
	};
	const size_t n = sizeof labels / sizeof *labels;
	static struct memory_file file = {.fd = -1};
	struct fuzz_input in = fuzz_input(data, size);
	struct buf text = BUF_INIT(1 << 20);
	struct err e = ERR_INIT;
	struct aliases *a = aliases_load(memory_file_put(&file, fuzz_rest(&in)), &e);
	struct promoted p;

	if (!a) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.text[0]);
		return 0;
	}
	p = promote(a, labels, n);
	promote_component(&p);
	FUZZ_CHECK(is_value(p.service, labels, n) && is_value(p.host, labels, n) &&
		   is_value(p.env, labels, n) && is_value(p.layer, labels, n) &&
		   is_value(p.component, labels, n));
	aliases_explain(a, &text);
	FUZZ_CHECK(text.len > 0 && text.data[text.len - 1] == '\n');
	buf_release(&text);
	aliases_free(a);
	return 0;
}
