/*
 * The schema of aiops-record(5) in code; share/schema/record.schema.json says
 * the same for other programmes, and a test holds the two together. A field
 * that is not named here may be there and hold anything.
 */
#include "record/event.h"

#include <math.h>
#include <string.h>

enum shape {
	TEXT,      /* a string */
	WORD,      /* a string that is not empty */
	TIME,      /* RFC 3339 */
	TIME_NULL, /* RFC 3339 or null */
	TEXT_NULL, /* a string or null */
	NUMBER,
	READING, /* a number, or one of the strings that stand for what JSON has no number for */
	COUNT,   /* a whole number, not negative */
	FLAG,    /* true or false */
	HEX16,   /* 16 lower-case hex digits */
	TEXTS,   /* an array of strings */
	LIST,    /* an array */
	OBJECT,  /* an object */
	LABELS,  /* an object of strings */
	CHOICE,  /* one of the field's words */
};

/* Sets of kinds. */
#define ANY        (~0u)
#define NO         0u
#define ONLY(kind) (1u << (kind))

struct field {
	const char *name;
	enum shape shape;
	unsigned kinds;           /* whose records have this field, in this shape */
	unsigned required;        /* whose records must have it */
	const char *const *words; /* of CHOICE, NULL-terminated */
};

static const char *const severities[] = {"critical", "high",    "medium", "low",
					 "info",     "unknown", NULL};
static const char *const signals[] = {"metric", "log", "trace", "event", NULL};
static const char *const conditions[] = {"above", "below", "equals", NULL};
static const char *const alert_states[] = {"firing",     "resolved", "acknowledged",
					   "suppressed", "pending",  NULL};
static const char *const incident_states[] = {"detected",       "investigating", "identified",
					      "mitigating",     "resolved",      "escalated",
					      "false_positive", "post_mortem",   NULL};
static const char *const incident_changes[] = {"opened", "updated", "merged", "resolved", NULL};
static const char *const run_modes[] = {"plan", "check", "apply", NULL};
static const char *const readings[] = {"NaN", "+Inf", "-Inf", NULL};

static const struct field fields[] = {
	{"id", WORD, ANY, ~ONLY(KIND_DEAD_LETTER), NULL},
	{"timestamp", TIME, ANY, ~ONLY(KIND_DEAD_LETTER), NULL},
	{"source", WORD, ANY, ANY, NULL},
	{"observed", TIME, ANY, NO, NULL},
	{"source_id", TEXT, ANY, NO, NULL},
	{"signal", CHOICE, ANY, NO, signals},
	{"severity", CHOICE, ANY, NO, severities},
	{"severity_text", TEXT, ANY, NO, NULL},
	{"name", TEXT, ANY, NO, NULL},
	{"title", TEXT, ANY, NO, NULL},
	{"description", TEXT, ANY, NO, NULL},
	{"component", TEXT, ANY, NO, NULL},
	{"service", TEXT, ANY, NO, NULL},
	{"host", TEXT, ANY, NO, NULL},
	{"env", TEXT, ANY, NO, NULL},
	{"layer", TEXT, ANY, NO, NULL},
	{"value", READING, ANY, NO, readings},
	{"unit", TEXT, ANY, NO, NULL},
	{"threshold", NUMBER, ANY, NO, NULL},
	{"condition", CHOICE, ANY, NO, conditions},
	{"healthy", FLAG, ANY, NO, NULL},
	{"starts_at", TIME_NULL, ANY, NO, NULL},
	{"ends_at", TIME_NULL, ANY, NO, NULL},
	{"fingerprint", HEX16, ANY, NO, NULL},
	{"labels", LABELS, ANY, NO, NULL},
	{"annotations", LABELS, ANY, NO, NULL},
	{"links", LABELS, ANY, NO, NULL},
	{"trace_id", TEXT, ANY, NO, NULL},
	{"span_id", TEXT, ANY, NO, NULL},
	{"incident", WORD, ANY, ONLY(KIND_INCIDENT), NULL},
	{"drift", OBJECT, ANY, ONLY(KIND_DRIFT), NULL},
	{"correlate", OBJECT, ANY, NO, NULL},
	{"triage", OBJECT, ANY, NO, NULL},

	{"status", CHOICE, ONLY(KIND_ALERT), NO, alert_states},

	{"body", TEXT, ONLY(KIND_LOG), NO, NULL},
	{"template", OBJECT, ONLY(KIND_LOG), NO, NULL},

	{"change", OBJECT, ONLY(KIND_CHANGE), NO, NULL},

	{"parent", TEXT_NULL, ONLY(KIND_TRACE), NO, NULL},
	{"duration_ms", NUMBER, ONLY(KIND_TRACE), NO, NULL},
	{"error", FLAG, ONLY(KIND_TRACE), NO, NULL},

	{"model", TEXT, ONLY(KIND_PREDICTION), NO, NULL},
	{"model_version", TEXT, ONLY(KIND_PREDICTION), NO, NULL},
	{"request_id", TEXT, ONLY(KIND_PREDICTION), NO, NULL},
	{"confidence", NUMBER, ONLY(KIND_PREDICTION), NO, NULL},
	{"latency_ms", NUMBER, ONLY(KIND_PREDICTION), NO, NULL},

	{"every_ms", COUNT, ONLY(KIND_HEARTBEAT), NO, NULL},

	{"nodes", LIST, ONLY(KIND_TOPOLOGY), NO, NULL},
	{"edges", LIST, ONLY(KIND_TOPOLOGY), NO, NULL},

	{"revision", COUNT, ONLY(KIND_INCIDENT), ONLY(KIND_INCIDENT), NULL},
	{"change", CHOICE, ONLY(KIND_INCIDENT), NO, incident_changes},
	{"status", CHOICE, ONLY(KIND_INCIDENT), ONLY(KIND_INCIDENT), incident_states},
	{"last_seen", TIME, ONLY(KIND_INCIDENT), NO, NULL},
	{"effective_severity", OBJECT, ONLY(KIND_INCIDENT), NO, NULL},
	{"services", TEXTS, ONLY(KIND_INCIDENT), NO, NULL},
	{"layers", TEXTS, ONLY(KIND_INCIDENT), NO, NULL},
	{"merged", TEXTS, ONLY(KIND_INCIDENT), NO, NULL},
	{"alerts", COUNT, ONLY(KIND_INCIDENT), NO, NULL},
	{"unique", COUNT, ONLY(KIND_INCIDENT), NO, NULL},
	{"suppressed", OBJECT, ONLY(KIND_INCIDENT), NO, NULL},
	{"causes", LIST, ONLY(KIND_INCIDENT), NO, NULL},
	{"members", LIST, ONLY(KIND_INCIDENT), NO, NULL},
	{"members_omitted", COUNT, ONLY(KIND_INCIDENT), NO, NULL},

	{"run", WORD, ONLY(KIND_RUN), ONLY(KIND_RUN), NULL},
	{"runbook", TEXT, ONLY(KIND_RUN), NO, NULL},
	{"mode", CHOICE, ONLY(KIND_RUN), NO, run_modes},
	{"step", TEXT, ONLY(KIND_RUN), NO, NULL},
	{"attempt", COUNT, ONLY(KIND_RUN), NO, NULL},
	{"state", TEXT, ONLY(KIND_RUN), NO, NULL},

	{"tool", WORD, ONLY(KIND_DEAD_LETTER), ONLY(KIND_DEAD_LETTER), NULL},
	{"line", COUNT, ONLY(KIND_DEAD_LETTER), ONLY(KIND_DEAD_LETTER), NULL},
	{"code", WORD, ONLY(KIND_DEAD_LETTER), ONLY(KIND_DEAD_LETTER), NULL},
	{"message", TEXT, ONLY(KIND_DEAD_LETTER), ONLY(KIND_DEAD_LETTER), NULL},
	{"raw", TEXT, ONLY(KIND_DEAD_LETTER), NO, NULL},
	{"raw_b64", TEXT, ONLY(KIND_DEAD_LETTER), NO, NULL},
};

#define FIELDS (sizeof fields / sizeof *fields)

const char *event_field(size_t i)
{
	static const char *const checked_apart[] = {"v", "kind", "severity_number"};

	if (i < FIELDS)
		return fields[i].name;
	i -= FIELDS;
	return i < sizeof checked_apart / sizeof *checked_apart ? checked_apart[i] : NULL;
}

static bool is_word_of(struct span s, const char *const *words)
{
	for (; *words; words++)
		if (span_is(s, *words))
			return true;
	return false;
}

static bool is_hex(struct span s, size_t len)
{
	if (s.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!strchr("0123456789abcdef", s.data[i]) || !s.data[i])
			return false;
	return true;
}

static bool is_time(struct value v)
{
	struct err ignored = ERR_INIT;
	struct instant t;

	return v.type == VALUE_STRING && instant_parse(v.text, &t, &ignored) == 0;
}

static bool all_strings(struct value container)
{
	struct value_iter it = value_iter(container);
	struct value v;

	while (value_next(&it, NULL, &v))
		if (v.type != VALUE_STRING)
			return false;
	return true;
}

/* A number without a fractional part, from 0 to what a double counts exactly. */
static bool is_count(struct value v)
{
	return v.type == VALUE_NUMBER && v.number >= 0 && v.number <= 9007199254740992.0 &&
	       fmod(v.number, 1) < 0.5 / 9007199254740992.0;
}

static bool fits(struct value v, const struct field *f)
{
	switch (f->shape) {
	case TEXT:
		return v.type == VALUE_STRING;
	case WORD:
		return v.type == VALUE_STRING && v.text.len;
	case TIME:
		return is_time(v);
	case TIME_NULL:
		return v.type == VALUE_NULL || is_time(v);
	case TEXT_NULL:
		return v.type == VALUE_NULL || v.type == VALUE_STRING;
	case NUMBER:
		return v.type == VALUE_NUMBER;
	case READING:
		return v.type == VALUE_NUMBER ||
		       (v.type == VALUE_STRING && is_word_of(v.text, f->words));
	case COUNT:
		return is_count(v);
	case FLAG:
		return v.type == VALUE_BOOL;
	case HEX16:
		return v.type == VALUE_STRING && is_hex(v.text, 16);
	case TEXTS:
		return v.type == VALUE_ARRAY && all_strings(v);
	case LIST:
		return v.type == VALUE_ARRAY;
	case OBJECT:
		return v.type == VALUE_OBJECT;
	case LABELS:
		return v.type == VALUE_OBJECT && all_strings(v);
	case CHOICE:
		return v.type == VALUE_STRING && is_word_of(v.text, f->words);
	}
	return false;
}

/* "not a string", or for a choice the word and what it could have been. */
static int refuse(const struct field *f, struct value v, struct err *e)
{
	static const char *const wants[] = {
		[TEXT] = "not a string",
		[WORD] = "not a string, or empty",
		[TIME] = "not an RFC 3339 time",
		[TIME_NULL] = "neither null nor an RFC 3339 time",
		[TEXT_NULL] = "neither null nor a string",
		[NUMBER] = "not a number",
		[READING] = "neither a number nor \"NaN\", \"+Inf\", \"-Inf\"",
		[COUNT] = "not a whole number from 0 up",
		[FLAG] = "neither true nor false",
		[HEX16] = "not 16 lower-case hex digits",
		[TEXTS] = "not an array of strings",
		[LIST] = "not an array",
		[OBJECT] = "not an object",
		[LABELS] = "not an object of strings",
	};
	struct buf words = BUF_INIT(512);

	if (f->shape != CHOICE)
		return err_set(e, EX_BADDATA, "%s: %s", f->name, wants[f->shape]);
	for (const char *const *w = f->words; *w; w++)
		buf_addf(&words, "%s%s", w == f->words ? "" : ", ", *w);
	if (v.type == VALUE_STRING)
		err_set(e, EX_BADDATA, "%s: '%.*s' is not one of %s", f->name,
			(int)(v.text.len > 60 ? 60 : v.text.len), v.text.data, buf_cstr(&words));
	else
		err_set(e, EX_BADDATA, "%s: not one of %s", f->name, buf_cstr(&words));
	buf_release(&words);
	return -1;
}

static int check_field(const struct record *r, enum kind kind, const struct field *f, struct err *e)
{
	struct value v = record_get(r, f->name);

	if (v.type == VALUE_NONE)
		return f->required & ONLY(kind) ? err_set(e, EX_BADDATA, "%s: missing", f->name)
						: 0;
	return fits(v, f) ? 0 : refuse(f, v, e);
}

static int check_version(const struct record *r, struct err *e)
{
	struct value v = record_get(r, "v");

	if (v.type != VALUE_NONE && (!is_count(v) || (int64_t)v.number != 1))
		return err_set(e, EX_BADDATA, "v: not 1, the only version of records so far");
	return 0;
}

static int check_kind(const struct record *r, struct err *e)
{
	struct value v = record_get(r, "kind");

	if (v.type == VALUE_NONE)
		return err_set(e, EX_BADDATA, "kind: missing");
	if (v.type != VALUE_STRING)
		return err_set(e, EX_BADDATA, "kind: not a string");
	return err_set(e, EX_BADDATA, "kind: '%.*s' is not known",
		       (int)(v.text.len > 60 ? 60 : v.text.len), v.text.data);
}

static int check_severity_number(const struct record *r, struct err *e)
{
	struct value v = record_get(r, "severity_number");

	if (v.type == VALUE_NONE)
		return 0;
	for (int s = SEVERITY_UNKNOWN; s <= SEVERITY_CRITICAL; s++)
		if (is_count(v) && (int64_t)v.number == severity_number((enum severity)s))
			return 0;
	return err_set(e, EX_BADDATA, "severity_number: not one of 0, 9, 11, 13, 17, 21");
}

int event_validate(const struct record *r, struct err *e)
{
	enum kind kind = record_kind(r);

	if (check_version(r, e) != 0)
		return -1;
	if (kind == KIND_NONE)
		return check_kind(r, e);
	for (size_t i = 0; i < FIELDS; i++)
		if ((fields[i].kinds & ONLY(kind)) && check_field(r, kind, &fields[i], e) != 0)
			return -1;
	return check_severity_number(r, e);
}
