/*
 * Two incidents that turned out to be one.
 */
#include "aiops-incident/apply/apply.h"

static void earlier(int64_t *into, int64_t from)
{
	if (from != INCIDENT_NEVER && (*into == INCIDENT_NEVER || from < *into))
		*into = from;
}

static void take_person(struct span *into, struct span from)
{
	if (!into->data)
		*into = from;
}

int merge_take(struct desk *d, const struct incident *from, struct incident *into,
	       const struct edit *why, struct err *e)
{
	struct buf text = BUF_INIT(4096);
	struct edit edit = *why;
	int rc;

	buf_addf(&text, "%s is part of it", from->id);
	if (from->title.len)
		buf_addf(&text, ": %.*s", (int)(from->title.len < 1000 ? from->title.len : 1000),
			 from->title.data);
	edit.from = into->status;
	edit.text = buf_span(&text);
	earlier(&into->starts_ns, from->starts_ns);
	earlier(&into->detected_ns, from->detected_ns);
	earlier(&into->acked_ns, from->acked_ns);
	if (!into->severity_set && from->severity > into->severity)
		into->severity = from->severity;
	take_person(&into->acked_by, from->acked_by);
	take_person(&into->assigned_to, from->assigned_to);
	take_person(&into->commander, from->commander);
	take_person(&into->communications, from->communications);
	rc = change_incident(d, into, &edit, e);
	buf_release(&text);
	return rc;
}

int merge_incidents(struct desk *d, struct incident *from, struct incident *into,
		    const struct edit *why, struct err *e)
{
	struct buf text = BUF_INIT(4096);
	struct edit edit = *why;
	int rc;

	buf_addf(&text, "into %s", into->id);
	edit.from = from->status;
	edit.text = buf_span(&text);
	from->merged_into = span_cstr(into->id);
	rc = change_incident(d, from, &edit, e);
	buf_release(&text);
	return rc == 0 ? merge_take(d, from, into, why, e) : -1;
}
