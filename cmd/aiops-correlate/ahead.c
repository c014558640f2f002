#include "aiops-correlate/ahead.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/jsonw.h"

void ahead_init(struct ahead *a)
{
	map_init(&a->map);
}

void ahead_release(struct ahead *a)
{
	for (struct map_entry *en = map_next(&a->map, NULL); en; en = map_next(&a->map, en))
		free(en->value.ptr);
	map_release(&a->map);
}

void ahead_note(struct ahead *a, const char *incident, const struct ahead_entry *entry)
{
	bool added;
	struct map_entry *en = map_put(&a->map, span_cstr(incident), &added);

	if (added)
		en->value.ptr = mem_alloc(sizeof(struct ahead_entry));
	*(struct ahead_entry *)en->value.ptr = *entry;
}

void ahead_drop(struct ahead *a, const char *incident)
{
	struct map_entry *en = map_get(&a->map, span_cstr(incident));

	if (!en)
		return;
	free(en->value.ptr);
	map_remove(&a->map, span_cstr(incident));
}

bool ahead_has(struct ahead *a, const char *incident, uint32_t revision, uint64_t digest)
{
	const struct map_entry *en = a->map.live ? map_get(&a->map, span_cstr(incident)) : NULL;
	const struct ahead_entry *entry = en ? en->value.ptr : NULL;

	if (!entry)
		return false;
	if (revision < entry->revision)
		return true;
	if (revision == entry->revision && digest == entry->digest)
		return true;
	ahead_drop(a, incident);
	return false;
}

void ahead_close_words(const char *incident, const struct ahead_entry *entry, int64_t now_ns, const char *into,
		       struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf id = BUF_INIT(64);

	buf_addf(&id, "%s#%u", incident, entry->revision + 1);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("incident"));
	jsonw_member(&w, "id", buf_span(&id));
	jsonw_member(&w, "incident", span_cstr(incident));
	jsonw_member_i64(&w, "revision", (int64_t)entry->revision + 1);
	jsonw_member(&w, "change", SPAN("merged"));
	jsonw_member(&w, "status", SPAN("resolved"));
	jsonw_member(&w, "resolved_by", SPAN("merge"));
	jsonw_member_time(&w, "timestamp", instant_from_ns(now_ns));
	jsonw_member(&w, "source", SPAN("aiops-correlate"));
	jsonw_member(&w, "title", SPAN("announced before earlier alerts came in; part of another incident"));
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
