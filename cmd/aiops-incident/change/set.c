/*
 * set: fields of an incident by name.
 */
#include "aiops-incident/change/clerk.h"

#include "base/instant.h"

enum field_kind { FIELD_TEXT, FIELD_TIME, FIELD_STATUS, FIELD_SEVERITY };

static const struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;
} fields[] = {
	{"status", FIELD_STATUS, 0},
	{"severity", FIELD_SEVERITY, 0},
	{"title", FIELD_TEXT, offsetof(struct incident, title)},
	{"type", FIELD_TEXT, offsetof(struct incident, type)},
	{"service", FIELD_TEXT, offsetof(struct incident, service)},
	{"cause", FIELD_TEXT, offsetof(struct incident, cause)},
	{"remedy", FIELD_TEXT, offsetof(struct incident, remedy)},
	{"hypothesis", FIELD_TEXT, offsetof(struct incident, hypothesis)},
	{"detected_by", FIELD_TEXT, offsetof(struct incident, detected_by)},
	{"assigned_to", FIELD_TEXT, offsetof(struct incident, assigned_to)},
	{"commander", FIELD_TEXT, offsetof(struct incident, commander)},
	{"communications", FIELD_TEXT, offsetof(struct incident, communications)},
	{"starts_at", FIELD_TIME, offsetof(struct incident, starts_ns)},
	{"detected_at", FIELD_TIME, offsetof(struct incident, detected_ns)},
	{"acked_at", FIELD_TIME, offsetof(struct incident, acked_ns)},
	{"mitigated_at", FIELD_TIME, offsetof(struct incident, mitigated_ns)},
	{"resolved_at", FIELD_TIME, offsetof(struct incident, resolved_ns)},
};
enum { N_FIELDS = sizeof fields / sizeof *fields };

static const struct field *field_named(struct span name, struct err *e)
{
	struct buf names = BUF_INIT(1024);

	for (size_t i = 0; i < N_FIELDS; i++) {
		if (span_is(name, fields[i].name))
			return &fields[i];
	}
	for (size_t i = 0; i < N_FIELDS; i++) {
		buf_addf(&names, "%s%s", i ? ", " : "", fields[i].name);
	}
	err_set(e, EX_BADUSAGE, "no field '%.*s' can be set; these can: %s",
		(int)(name.len < 50 ? name.len : 50), name.data, buf_cstr(&names));
	buf_release(&names);
	return NULL;
}

static int set_status(struct clerk *k, struct span value, struct err *e)
{
	enum status to = status_from_name(value);

	if (to == STATUSES)
		return err_set(e, EX_BADUSAGE, "'%.*s' is no status",
			       (int)(value.len < 50 ? value.len : 50), value.data);
	if (clerk_move(k, to, e) != 0)
		return -1;
	if (to == STATUS_MITIGATING && k->inc.mitigated_ns == INCIDENT_NEVER)
		k->inc.mitigated_ns = k->edit.at_ns;
	if (to == STATUS_RESOLVED || to == STATUS_FALSE_POSITIVE) {
		k->inc.resolved_ns = k->edit.at_ns;
		k->inc.auto_resolved = false;
	} else if (status_is_open(to) && !status_is_open(k->edit.from)) {
		k->inc.resolved_ns = k->inc.mitigated_ns = INCIDENT_NEVER;
		k->inc.reopened++;
		k->inc.reopened_ns = k->inc.acked_ns = k->edit.at_ns;
		k->inc.acked_by = k->desk.actor;
	}
	return 0;
}

static int set_severity(struct clerk *k, struct span value, struct err *e)
{
	k->inc.severity = severity_from_either(value);
	k->inc.severity_set = true;
	if (k->inc.severity == SEVERITY_UNKNOWN)
		return err_set(
			e, EX_BADUSAGE,
			"'%.*s' is no severity: critical, high, medium, low, info, or SEV1 to SEV4",
			(int)(value.len < 50 ? value.len : 50), value.data);
	return 0;
}

static int set_time(struct clerk *k, const struct field *f, struct span value, struct err *e)
{
	int64_t *at = (int64_t *)(void *)((char *)&k->inc + f->offset);
	struct instant t;

	*at = INCIDENT_NEVER;
	if (value.len == 0)
		return 0;
	if (instant_parse(value, &t, e) != 0) {
		e->code = EX_BADUSAGE;
		return err_prefix(e, "%s", f->name);
	}
	*at = t.ns;
	return 0;
}

static int set_one(struct clerk *k, struct span word, struct err *e)
{
	const char *eq = memchr(word.data, '=', word.len);
	const struct field *f;
	struct span value;

	if (!eq)
		return err_set(e, EX_BADUSAGE, "'%.*s' is not FIELD=VALUE",
			       (int)(word.len < 50 ? word.len : 50), word.data);
	value = span_of(eq + 1, (size_t)(word.data + word.len - eq - 1));
	f = field_named(span_of(word.data, (size_t)(eq - word.data)), e);
	if (!f)
		return -1;
	if (k->text.len)
		buf_add_cstr(&k->text, ", ");
	buf_addf(&k->text, "%.*s", (int)word.len, word.data);
	switch (f->kind) {
	case FIELD_STATUS:
		return set_status(k, value, e);
	case FIELD_SEVERITY:
		return set_severity(k, value, e);
	case FIELD_TIME:
		return set_time(k, f, value, e);
	case FIELD_TEXT:
		break;
	}
	if (f->offset == offsetof(struct incident, title))
		k->inc.title_set = true;
	*(struct span *)(void *)((char *)&k->inc + f->offset) = clerk_text(k, eq + 1);
	return 0;
}

static int set(struct clerk *k, struct err *e)
{
	k->edit.change = "set";
	for (size_t i = 0; i < k->n_words; i++) {
		if (set_one(k, span_cstr(k->words[i]), e) != 0)
			return -1;
	}
	return 0;
}

int set_run(struct cli *c)
{
	return clerk_one(c, set, 1, N_FIELDS, "FIELD=VALUE");
}
