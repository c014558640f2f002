#include "aiops-ingest/tally.h"

#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"
#include "record/jsonw.h"

void tallies_init(struct tallies *t)
{
	*t = (struct tallies){.last = NULL};
	map_init(&t->by_source);
}

void tallies_release(struct tallies *t)
{
	for (struct map_entry *en = map_next(&t->by_source, NULL); en;
	     en = map_next(&t->by_source, en))
		free(en->value.ptr);
	map_release(&t->by_source);
	t->last = NULL;
}

struct tally *tallies_of(struct tallies *t, struct span source)
{
	struct map_entry *en;
	bool added;

	/* Formats name themselves by one literal, so that the pointer is enough. */
	if (t->last && t->last_name.data == source.data && t->last_name.len == source.len)
		return t->last;
	if (t->by_source.live >= MAX_TALLIES && !map_get(&t->by_source, source))
		source = SPAN("other");
	en = map_put(&t->by_source, source, &added);
	if (added)
		en->value.ptr = mem_zalloc(sizeof(struct tally));
	t->last_name = source;
	t->last = en->value.ptr;
	return t->last;
}

bool tally_beats(struct tally *t, int64_t now_ns, int64_t every_ms)
{
	if (t->beaten && now_ns - t->beat_ns < every_ms * NS_PER_MS)
		return false;
	t->beaten = true;
	t->beat_ns = now_ns;
	return true;
}

void tallies_add_stats(const struct tallies *t, struct buf *json)
{
	struct jsonw w = jsonw_to(json);

	buf_add_cstr(json, ",\"sources\":");
	jsonw_object(&w);
	for (struct map_entry *en = map_next(&t->by_source, NULL); en;
	     en = map_next(&t->by_source, en)) {
		const struct tally *n = en->value.ptr;

		jsonw_key_span(&w, span_of(en->key, en->key_len));
		jsonw_object(&w);
		jsonw_member_i64(&w, "records", n->records);
		jsonw_member_i64(&w, "rejected", n->rejected);
		if (n->failures)
			jsonw_member_i64(&w, "failures", n->failures);
		jsonw_object_end(&w);
	}
	jsonw_object_end(&w);
}
