/*
 * One record kept as context.
 */
#include "aiops-triage/evidence/item.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct span cut_text(struct span s, size_t max)
{
	if (s.len <= max)
		return s;
	s.len = max;
	while (s.len && ((unsigned char)s.data[s.len] & 0xC0) == 0x80)
		s.len--;
	return s;
}

static const char *const field_paths[ITEM_FIELDS] = {
	[ITEM_ID] = "id",
	[ITEM_NAME] = "name",
	[ITEM_TITLE] = "title",
	[ITEM_DESCRIPTION] = "description",
	[ITEM_BODY] = "body",
	[ITEM_COMPONENT] = "component",
	[ITEM_SERVICE] = "service",
	[ITEM_HOST] = "host",
	[ITEM_CHANGE_TYPE] = "change.type",
	[ITEM_CHANGE_FROM] = "change.from",
	[ITEM_CHANGE_TO] = "change.to",
	[ITEM_CHANGE_BY] = "change.by",
};

size_t labels_of_record(const struct record *r, struct label out[static ITEM_LABELS])
{
	struct value_iter it = value_iter(record_get(r, "labels"));
	struct span key;
	struct value v;
	size_t n = 0;

	while (n < ITEM_LABELS && value_next(&it, &key, &v))
		if (v.type == VALUE_STRING)
			out[n++] = (struct label){.name = key, .value = v.text};
	return n;
}

static size_t read_labels(const struct record *r, struct label out[static ITEM_LABELS])
{
	size_t n = labels_of_record(r, out);

	for (size_t i = 0; i < n; i++) {
		out[i].name = cut_text(out[i].name, ITEM_TEXT_BYTES);
		out[i].value = cut_text(out[i].value, ITEM_TEXT_BYTES);
	}
	return n;
}

static size_t read_notes(const struct record *r, struct span *out)
{
	struct value_iter it = value_iter(record_get(r, "annotations"));
	struct value v;
	size_t n = 0;

	while (n < ITEM_NOTES && value_next(&it, NULL, &v))
		if (v.type == VALUE_STRING)
			out[n++] = cut_text(v.text, ITEM_TEXT_BYTES);
	return n;
}

static bool is_unhealthy(const struct record *r)
{
	struct value healthy = record_get(r, "healthy");
	struct value value = record_get(r, "value"), threshold = record_get(r, "threshold");
	struct span condition = record_text(r, "condition");

	if (healthy.type == VALUE_BOOL)
		return !healthy.boolean;
	if (value.type != VALUE_NUMBER || threshold.type != VALUE_NUMBER ||
	    !isfinite(value.number) || !isfinite(threshold.number))
		return false;
	if (span_is(condition, "above"))
		return value.number > threshold.number;
	return span_is(condition, "below") && value.number < threshold.number;
}

static void read_item(const struct record *r, enum kind kind, struct item *it)
{
	for (size_t f = 0; f < ITEM_FIELDS; f++)
		if (field_paths[f])
			it->fields[f] = cut_text(record_text(r, field_paths[f]), ITEM_TEXT_BYTES);
	if (kind == KIND_METRIC) {
		if (record_get(r, "value").type == VALUE_NUMBER)
			it->fields[ITEM_VALUE] =
				cut_text(record_token(r, "value"), ITEM_TEXT_BYTES);
		it->unhealthy = is_unhealthy(r);
	}
	it->severity = severity_from_name(record_text(r, "severity"));
	it->n_labels = read_labels(r, it->labels);
	it->n_notes = read_notes(r, it->notes);
}

static size_t text_bytes(const struct item *it)
{
	size_t n = 0;

	for (size_t f = 0; f < ITEM_FIELDS; f++)
		n += it->fields[f].len;
	for (size_t i = 0; i < it->n_labels; i++)
		n += it->labels[i].name.len + it->labels[i].value.len;
	for (size_t i = 0; i < it->n_notes; i++)
		n += it->notes[i].len;
	return n;
}

static void move_text(struct span *s, char **to)
{
	if (!s->len)
		return;
	memcpy(*to, s->data, s->len);
	s->data = *to;
	*to += s->len;
}

/* What a record takes beside its own block: an entry by id, a slot, the allocator's. */
#define INDEX_BYTES 128

/* Struct, labels, notes and texts in one block. */
static struct item *pack(const struct item *from)
{
	size_t labels = from->n_labels * sizeof *from->labels,
	       notes = from->n_notes * sizeof *from->notes;
	size_t bytes = sizeof *from + labels + notes + text_bytes(from);
	struct item *it = mem_alloc(bytes);
	char *to = (char *)(it + 1) + labels + notes;

	*it = *from;
	it->bytes = bytes + INDEX_BYTES + from->fields[ITEM_ID].len;
	it->labels = (struct label *)(it + 1);
	it->notes = (struct span *)(it->labels + from->n_labels);
	if (labels)
		memcpy(it->labels, from->labels, labels);
	if (notes)
		memcpy(it->notes, from->notes, notes);
	for (size_t f = 0; f < ITEM_FIELDS; f++)
		move_text(&it->fields[f], &to);
	for (size_t i = 0; i < it->n_labels; i++) {
		move_text(&it->labels[i].name, &to);
		move_text(&it->labels[i].value, &to);
	}
	for (size_t i = 0; i < it->n_notes; i++)
		move_text(&it->notes[i], &to);
	return it;
}

/* What ended tells nothing about what is wrong. */
static bool is_wanted(const struct record *r, enum kind kind)
{
	switch (kind) {
	case KIND_ALERT:
		return !span_is(record_text(r, "status"), "resolved");
	case KIND_LOG:
	case KIND_METRIC:
	case KIND_CHANGE:
		return true;
	default:
		return false;
	}
}

struct item *item_new(const struct record *r, enum kind kind)
{
	struct label labels[ITEM_LABELS];
	struct span notes[ITEM_NOTES];
	struct item it = {.kind = kind, .labels = labels, .notes = notes};
	struct err e = ERR_INIT;
	struct instant at;

	if (!is_wanted(r, kind) || record_timestamp(r, &at, &e) != 0)
		return NULL;
	it.at_ns = at.ns;
	read_item(r, kind, &it);
	return it.fields[ITEM_ID].len ? pack(&it) : NULL;
}

void item_free(struct item *it)
{
	if (it)
		free(it->hits);
	free(it);
}

/* What the signals look at; borrowed from it. */
static struct clue item_clue(const struct item *it)
{
	return (struct clue){
		.kind = it->kind,
		.name = it->fields[ITEM_NAME],
		.body = it->kind == KIND_LOG ? it->fields[ITEM_BODY] : SPAN_NONE,
		.change_type = it->fields[ITEM_CHANGE_TYPE],
		.labels = it->labels,
		.n_labels = it->n_labels,
		.unhealthy = it->unhealthy,
	};
}

void item_match(struct item *it, const struct signatures *s)
{
	struct hit hits[HITS_PER_RECORD];
	struct clue clue = item_clue(it);

	if (it->matched)
		return;
	it->matched = true;
	it->n_hits = signatures_match(s, &clue, hits);
	if (it->n_hits) {
		it->hits = mem_array(NULL, it->n_hits, sizeof *it->hits);
		memcpy(it->hits, hits, it->n_hits * sizeof *hits);
	}
}

bool item_contains(const struct item *it, struct span quote)
{
	if (!quote.len)
		return false;
	for (size_t f = 0; f < ITEM_FIELDS; f++)
		if (it->fields[f].len && span_find(it->fields[f], quote))
			return true;
	for (size_t i = 0; i < it->n_labels; i++)
		if (span_find(it->labels[i].value, quote))
			return true;
	for (size_t i = 0; i < it->n_notes; i++)
		if (span_find(it->notes[i], quote))
			return true;
	return false;
}

struct span item_headline(const struct item *it)
{
	static const enum item_field order[] = {ITEM_TITLE, ITEM_BODY, ITEM_DESCRIPTION,
						ITEM_CHANGE_TO, ITEM_NAME};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (it->fields[order[i]].len)
			return it->fields[order[i]];
	return SPAN_NONE;
}
