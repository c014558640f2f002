#include "aiops-correlate/state/ahead.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/jsonw.h"

void ahead_init(struct ahead *a)
{
	map_init(&a->map);
}

void ahead_clear(struct ahead *a)
{
	for (struct map_entry *it = map_next(&a->map, NULL); it; it = map_next(&a->map, it))
		free(it->value.ptr);
	map_clear(&a->map);
}

void ahead_release(struct ahead *a)
{
	ahead_clear(a);
	map_release(&a->map);
}

struct ahead_entry *ahead_get(const struct ahead *a, const char *incident)
{
	const struct map_entry *it = a->map.live ? map_get(&a->map, span_cstr(incident)) : NULL;

	return it ? it->value.ptr : NULL;
}

void ahead_note(struct ahead *a, const char *incident, const struct ahead_entry *entry)
{
	bool added;
	struct map_entry *it = map_put(&a->map, span_cstr(incident), &added);

	if (added)
		it->value.ptr = mem_alloc(sizeof *entry);
	*(struct ahead_entry *)it->value.ptr = *entry;
}

bool ahead_covers(const struct ahead_entry *e, uint32_t revision, uint64_t digest)
{
	return e && (revision < e->revision || (revision == e->revision && digest == e->digest));
}

void ahead_close_words(const char *incident, uint32_t revision, int64_t now_ns, const char *into,
		       struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf id = BUF_INIT(64);

	buf_addf(&id, "%s#%u", incident, revision);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("incident"));
	jsonw_member(&w, "id", buf_span(&id));
	jsonw_member(&w, "incident", span_cstr(incident));
	jsonw_member_i64(&w, "revision", revision);
	jsonw_member(&w, "change", into ? SPAN("merged") : SPAN("resolved"));
	jsonw_member(&w, "status", SPAN("resolved"));
	jsonw_member(&w, "resolved_by", into ? SPAN("merge") : SPAN("alerts"));
	jsonw_member_time(&w, "timestamp", instant_from_ns(now_ns));
	jsonw_member(&w, "source", SPAN("aiops-correlate"));
	jsonw_member(
		&w, "title",
		into ? SPAN("announced before earlier alerts came in; part of another incident")
		     : SPAN("announced before earlier alerts came in; over"));
	if (into)
		jsonw_member(&w, "merged_into", span_cstr(into));
	jsonw_object_end(&w);
	buf_release(&id);
}

uint64_t record_digest(struct span text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < text.len; i++) {
		h ^= (uint8_t)text.data[i];
		h *= UINT64_C(1099511628211);
	}
	return h;
}
