/*
 * journald: what `journalctl -o json` (also json-pretty) prints, an object for
 * each entry. Sources: systemd.journal-fields(7), journalctl(1), and systemd's
 * "Journal JSON Format".
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/contentkey.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"
#include "aiops-ingest/formats/priority.h"
#include "base/mem.h"

struct journald {
	struct ingest *in;
	struct arena words;
	struct labelset labels, annotations;
	struct buf scratch;
};

static void *jd_open(struct ingest *in)
{
	struct journald *j = mem_zalloc(sizeof *j);

	j->in = in;
	buf_init(&j->scratch, in->opt->max_record);
	return j;
}

static void jd_close(void *state)
{
	struct journald *j = state;

	arena_release(&j->words);
	labelset_release(&j->labels);
	labelset_release(&j->annotations);
	buf_release(&j->scratch);
	free(j);
}

/* ---- fields ---- */

/* Appends bytes that stand as an array of numbers. False if it is none. */
static bool add_bytes(struct buf *out, struct item array)
{
	struct items s = items_of(array);
	struct item i;

	while (items_next(&s, NULL, &i)) {
		if (i.v.type != VALUE_NUMBER || !(i.v.number >= 0) || i.v.number > 255)
			return false;
		buf_add_char(out, (char)(int)i.v.number);
	}
	return true;
}

/* Appends the values of a field that stands several times, a line each. */
static bool add_repeated(struct buf *out, struct item array)
{
	struct items s = items_of(array);
	struct item i;

	for (bool first = true; items_next(&s, NULL, &i); first = false) {
		if (!first)
			buf_add_char(out, '\n');
		if (i.v.type == VALUE_STRING)
			buf_add_span(out, i.v.text);
		else if (i.v.type != VALUE_NULL && (i.v.type != VALUE_ARRAY || !add_bytes(out, i)))
			return false;
	}
	return true;
}

/* The text of a field: a string, bytes, or several of them. SPAN_NONE for null, which stands for
 * what was too long. -1 for what no field is. */
static int field_text(struct journald *j, struct item i, struct span *out)
{
	*out = SPAN_NONE;
	if (i.v.type == VALUE_STRING)
		*out = i.v.text;
	if (i.v.type != VALUE_ARRAY)
		return i.v.type == VALUE_STRING || !item_is_there(i) ? 0 : -1;
	buf_clear(&j->scratch);
	if (!add_bytes(&j->scratch, i)) {
		buf_clear(&j->scratch);
		if (!add_repeated(&j->scratch, i))
			return -1;
	}
	*out = arena_keep(&j->words, buf_span(&j->scratch));
	return 0;
}

static bool is_user_field(struct span key)
{
	return key.len > 0 && *key.data != '_' && !span_is(key, "MESSAGE") &&
	       !span_is(key, "PRIORITY");
}

/* Which field is which label; the first that is there. */
static const struct {
	const char *field, *label;
} roles[] = {
	{"SYSLOG_IDENTIFIER", "app"},
	{"_COMM", "app"},
	{"_HOSTNAME", "host"},
	{"_SYSTEMD_UNIT", "unit"},
	{"UNIT", "unit"},
	{"_SYSTEMD_USER_UNIT", "unit"},
	{"MESSAGE_ID", "message_id"},
	{"CONTAINER_NAME", "container"},
};

#define ROLES (sizeof roles / sizeof *roles)

static bool has_role(struct span key)
{
	for (size_t i = 0; i < ROLES; i++)
		if (span_is(key, roles[i].field))
			return true;
	return false;
}

struct found {
	struct span roles[ROLES], message, priority, cursor;
	struct item source_time, time;
};

static int take_field(struct journald *j, struct span key, struct item i, struct found *f,
		      struct err *e)
{
	struct span text;

	if (field_text(j, i, &text) != 0)
		return err_set(e, EX_BADDATA, "%.*s: not a field's value",
			       (int)(key.len < 100 ? key.len : 100), key.data);
	for (size_t n = 0; n < ROLES; n++)
		if (span_is(key, roles[n].field))
			f->roles[n] = text;
	if (span_is(key, "MESSAGE")) {
		f->message = text;
		if (i.v.type == VALUE_NULL)
			labelset_add(&j->annotations, SPAN("journald.message"),
				     SPAN("too long for journalctl; --all shows it"));
	} else if (span_is(key, "PRIORITY")) {
		f->priority = text;
	} else if (span_is(key, "__CURSOR")) {
		f->cursor = text;
	} else if (span_is(key, "__REALTIME_TIMESTAMP")) {
		f->time = i;
	} else if (span_is(key, "_SOURCE_REALTIME_TIMESTAMP")) {
		f->source_time = i;
	}
	if ((is_user_field(key) && !has_role(key)) || span_is(key, "_PID"))
		labelset_add(&j->annotations, key, text);
	return 0;
}

/* ---- entries ---- */

static int read_time(struct item i, const char *what, struct event_time *out, struct err *e)
{
	struct err ignored = ERR_INIT;

	if (out->state == TIME_GIVEN || !item_is_there(i))
		return 0;
	if ((i.v.type != VALUE_STRING && i.v.type != VALUE_NUMBER) ||
	    instant_parse_epoch(item_words(i), EPOCH_US, &out->at, &ignored) != 0)
		return err_set(e, EX_BADDATA, "%s: not microseconds since 1970", what);
	out->state = TIME_GIVEN;
	return 0;
}

/* A unit is named for its service. */
static struct span service_of(const struct labelset *labels)
{
	for (size_t i = 0; i < labels->n; i++) {
		struct span unit = labels->items[i].value;
		const char *end = unit.data + unit.len;

		if (span_is(labels->items[i].name, "unit") && unit.len > strlen(".service") &&
		    memcmp(end - strlen(".service"), ".service", strlen(".service")) == 0)
			return span_of(unit.data, unit.len - strlen(".service"));
	}
	return SPAN_NONE;
}

static int settle(struct journald *j, const struct record *r, const struct found *f,
		  struct event *ev, struct err *e)
{
	struct span line = record_line(r);

	if (read_time(f->source_time, "_SOURCE_REALTIME_TIMESTAMP", &ev->timestamp, e) != 0 ||
	    read_time(f->time, "__REALTIME_TIMESTAMP", &ev->timestamp, e) != 0)
		return -1;
	for (size_t i = 0; i < ROLES; i++)
		labelset_add(&j->labels, span_cstr(roles[i].label), f->roles[i]);
	labelset_settle(&j->labels);
	labelset_settle(&j->annotations);
	ev->labels = j->labels.items;
	ev->n_labels = j->labels.n;
	ev->annotations = j->annotations.items;
	ev->n_annotations = j->annotations.n;
	ev->service = service_of(&j->labels);
	ev->body = f->message;
	ev->source_id = f->cursor.len > 0 ? f->cursor : content_key(&j->words, &line, 1);
	if (f->priority.data)
		judge_by_priority(j->in, f->priority, ev);
	return 0;
}

static int read_entry(struct journald *j, const struct record *r, struct event *ev, struct err *e)
{
	struct found f = {.message = SPAN_NONE};
	struct items s = items_of(item_root(r));
	struct span key;
	struct item i;
	bool any = false;

	while (items_next(&s, &key, &i)) {
		any |= span_is(key, "MESSAGE") || span_is(key, "__REALTIME_TIMESTAMP");
		if (take_field(j, key, i, &f, e) != 0)
			return -1;
	}
	if (!any)
		return err_set(e, EX_BADDATA, "neither MESSAGE nor __REALTIME_TIMESTAMP");
	return settle(j, r, &f, ev, e);
}

static int jd_part(void *state, enum cut cut, const struct record *r, struct err *e)
{
	struct journald *j = state;
	struct event ev = {.kind = KIND_LOG, .format = format_journald.name};
	struct err why = ERR_INIT;

	(void)cut; /* entries come whole */
	arena_clear(&j->words);
	j->labels.n = j->annotations.n = 0;
	if (read_entry(j, r, &ev, &why) != 0)
		return ingest_reject(j->in, "schema", record_line(r), e, "%s", why.text);
	return emit_event(j->in, &ev, e);
}

static enum sniff jd_sniff(enum cut cut, const struct record *r, const char **why)
{
	(void)why; /* always sure */
	return cut == CUT_ROOT && (record_get(r, "__REALTIME_TIMESTAMP").type == VALUE_STRING ||
				   record_get(r, "__CURSOR").type == VALUE_STRING)
		       ? SNIFF_YES
		       : SNIFF_NO;
}

const struct format format_journald = {
	.name = "journald",
	.summary = "the systemd journal: journalctl -o json, an entry a line",
	.explain =
		"One record of kind log for each entry.\n"
		"\n"
		"  timestamp       _SOURCE_REALTIME_TIMESTAMP, else __REALTIME_TIMESTAMP, in microseconds\n"
		"  severity        PRIORITY: 0 to 2 critical, 3 high, 4 medium, 5 low, 6 and 7 info; left out when there is\n"
		"                  none\n"
		"  body            MESSAGE. Bytes that stand as numbers are put together; what of them is no UTF-8\n"
		"                  becomes U+FFFD. A null (too long for journalctl) leaves body out, with a note\n"
		"  labels          app (SYSLOG_IDENTIFIER, _COMM), host (_HOSTNAME), unit (_SYSTEMD_UNIT, UNIT,\n"
		"                  _SYSTEMD_USER_UNIT), message_id, container\n"
		"  service         the unit without .service, else app\n"
		"  annotations     the other fields whose names do not begin with _, and _PID\n"
		"  source_id       __CURSOR, else a digest of the entry\n"
		"\n"
		"A field that stands several times is joined by newlines.\n",
	.example =
		"{\"__CURSOR\":\"s=1;i=2;b=3;m=4;t=5;x=6\",\"__REALTIME_TIMESTAMP\":\"1795252159095321\",\"PRIORITY\":\"3\",\n"
		" \"_HOSTNAME\":\"db-1\",\"_SYSTEMD_UNIT\":\"postgresql.service\",\"SYSLOG_IDENTIFIER\":\"postgres\",\"_PID\":\"24200\",\n"
		" \"MESSAGE\":\"sorry, too many clients already\"}\n",
	.framing = FRAME_DOCUMENTS,
	.sniff_part = jd_sniff,
	.open = jd_open,
	.close = jd_close,
	.part = jd_part,
};
