/*
 * A map's file: its header is read or refused with a line, and what is read is whole.
 */
#include "aiops-ingest/maps/jqmap.h"

#include "../fuzz.h"
#include "../memory_file.h"

static void check(const struct jqmap *m)
{
	struct span all = buf_span(&m->text);
	enum severity severity;

	FUZZ_CHECK(m->name && m->name[0] && m->summary && m->format.name);
	FUZZ_CHECK(m->programme >= all.data && m->programme <= all.data + all.len);
	for (size_t i = 0; i < m->n_scales; i++)
		for (size_t k = 0; k < m->scales[i].n; k++)
			FUZZ_CHECK(jqmap_severity(m, m->scales[i].name, m->scales[i].words[k].name,
						  &severity));
}

static void sniff(const struct jqmap *m)
{
	static const char text[] = "{\"a\":{\"b\":[{\"c\":\"x\"}]},\"status\":\"firing\",\"n\":1}";
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	char *copy = fuzz_copy(span_cstr(text), RECORD_PADDING);
	struct err e = ERR_INIT;
	enum reject_code why;

	FUZZ_CHECK(record_parse(r, copy, sizeof text - 1, &why, &e) == 0);
	(void)jqmap_sniff(m, CUT_ROOT, r);
	(void)jqmap_sniff(m, CUT_ARRAY, r);
	free(copy);
	record_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memory_file file = {.fd = -1};
	struct fuzz_input in = fuzz_input(data, size);
	const char *path = memory_file_put(&file, fuzz_rest(&in));
	struct jqmap *m = NULL;
	struct err e = ERR_INIT;

	if (jqmap_read(path, true, &m, &e) == 0) {
		check(m);
		sniff(m);
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.text[0]);
	}
	jqmap_free(m);
	return 0;
}
