/*
 * Changes in an incident's record: members with the role context, and words
 * beside the causes that they concern.
 */
#include "aiops-correlate/group/incident_changes.h"

#include "base/instant.h"
#include "base/num.h"

enum { EVIDENCE = 2, WORDS_MAX = 4096 };

static const struct word *target_of(const struct site_change *c)
{
	if (c->component)
		return c->component;
	return c->service ? c->service : c->host;
}

/* "4m before its first alert" */
static void add_distance(struct buf *out, int64_t from_ns, int64_t to_ns, const char *to)
{
	int64_t ms = (to_ns > from_ns ? to_ns - from_ns : from_ns - to_ns) / NS_PER_MS;

	if (ms >= 1000)
		ms -= ms % 1000;
	buf_add_cstr(out, ", ");
	if (ms > 0) {
		num_add_duration_ms(out, ms);
		buf_add_cstr(out, to_ns > from_ns ? " before " : " after ");
	} else {
		buf_add_cstr(out, "at the time of ");
	}
	buf_add_cstr(out, to);
}

static void add_change(struct buf *out, const struct site_change *c)
{
	const struct word *target = target_of(c);

	buf_add_cstr(out, c->what);
	if (target) {
		buf_add_cstr(out, " on ");
		buf_add_span(out, word_span(target));
	}
}

void incident_change_members(struct jsonw *w, const struct group *g)
{
	struct buf text = BUF_INIT(WORDS_MAX);

	for (size_t i = 0; i < g->n_changes; i++) {
		const struct site_change *c = &g->changes[i];

		buf_clear(&text);
		add_change(&text, c);
		add_distance(&text, c->at_ns, g->starts_ns, "the incident's first alert");
		jsonw_object(w);
		jsonw_member(w, "id", span_cstr(c->id));
		jsonw_member(w, "kind", SPAN("change"));
		jsonw_member_opt(w, "component", word_span(target_of(c)));
		jsonw_member(w, "role", SPAN("context"));
		jsonw_member(w, "signal", SPAN("event"));
		jsonw_member_time(w, "onset", instant_from_ns(c->at_ns));
		jsonw_member(w, "text", buf_span(&text));
		jsonw_object_end(w);
	}
	buf_release(&text);
}

void incident_change_evidence(struct jsonw *w, const struct group *g, const struct cause *cause)
{
	const struct word *service =
		cause->n_evidence ? g->members[cause->evidence[0]].service : NULL;
	struct buf text = BUF_INIT(WORDS_MAX);
	size_t n = 0;

	for (size_t i = g->n_changes; i-- > 0 && n < EVIDENCE;) {
		const struct site_change *c = &g->changes[i];

		if (c->at_ns > cause->onset_ns || !change_concerns(c, cause->word, service, NULL,
								   cause->word ? -1 : cause->place))
			continue;
		n++;
		buf_clear(&text);
		add_change(&text, c);
		add_distance(&text, c->at_ns, cause->onset_ns, "its first alert");
		jsonw_object(w);
		jsonw_member(w, "record_id", span_cstr(c->id));
		jsonw_member(w, "text", buf_span(&text));
		jsonw_object_end(w);
	}
	buf_release(&text);
}
