/*
 * Kinds, times and ids of events.
 */
#include "record/event.h"

#include <string.h>

#include "base/digest.h"

static const char *const kinds[] = {
	[KIND_NONE] = "none",
	[KIND_ALERT] = "alert",
	[KIND_METRIC] = "metric",
	[KIND_LOG] = "log",
	[KIND_CHANGE] = "change",
	[KIND_TRACE] = "trace",
	[KIND_PREDICTION] = "prediction",
	[KIND_HEARTBEAT] = "heartbeat",
	[KIND_TOPOLOGY] = "topology",
	[KIND_DRIFT] = "drift",
	[KIND_INCIDENT] = "incident",
	[KIND_SUMMARY] = "summary",
	[KIND_NOTICE] = "notice",
	[KIND_PLAN] = "plan",
	[KIND_RUN] = "run",
	[KIND_AUDIT] = "audit",
	[KIND_DEAD_LETTER] = "dead_letter",
};

#define KINDS (sizeof kinds / sizeof *kinds)

const char *kind_name(enum kind k)
{
	return kinds[k];
}

enum kind record_kind(const struct record *r)
{
	struct span name = record_text(r, "kind");

	for (size_t i = KIND_ALERT; i < KINDS; i++)
		if (span_is(name, kinds[i]))
			return (enum kind)i;
	return KIND_NONE;
}

int record_timestamp(const struct record *r, struct instant *out, struct err *e)
{
	struct value v = record_get(r, "timestamp");

	if (v.type != VALUE_STRING)
		return err_set(e, EX_BADDATA, "timestamp: %s",
			       v.type == VALUE_NONE ? "missing" : "not a string");
	if (instant_parse(v.text, out, e) != 0)
		return err_prefix(e, "timestamp");
	return 0;
}

void event_id(char out[static EVENT_ID_LEN + 1], struct span kind, struct span source,
	      struct span source_id, struct span status, struct span when)
{
	const struct span nul = span_of("", 1);
	const struct span parts[] = {kind, nul,    source, nul,  source_id,
				     nul,  status, nul,    when, nul};
	enum { PARTS = sizeof parts / sizeof *parts };
	NOT_CLEARED char small[256]; /* one run of bytes is hashed faster than ten: ids are made for
				      * every event
				      */
	struct span whole = span_of(small, kind.len + source.len + source_id.len + status.len +
						   when.len + PARTS / 2);
	struct digest d;

	if (whole.len <= sizeof small) {
		char *to = small;

		for (size_t i = 0; i < PARTS; i += 2) {
			if (parts[i].len > 0)
				memcpy(to, parts[i].data, parts[i].len);
			to += parts[i].len;
			*to++ = '\0';
		}
		d = digest_of(&whole, 1);
	} else {
		d = digest_of(parts, PARTS);
	}
	hex_encode(d.bytes, EVENT_ID_LEN / 2, out);
}

/* D. Crockford, "Base 32": no I, L, O, U. */
void short_id(char *out, const char *prefix, const uint8_t bytes[static 10])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	size_t n = strlen(prefix);
	unsigned bits = 0, held = 0;

	memcpy(out, prefix, n);
	for (size_t i = 0; i < 10; i++) {
		bits = bits << 8 | bytes[i];
		for (held += 8; held >= 5; held -= 5)
			out[n++] = alphabet[bits >> (held - 5) & 31];
		bits &= (1u << held) - 1;
	}
	out[n] = '\0';
}
