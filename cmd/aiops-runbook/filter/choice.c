#include "aiops-runbook/filter/choice.h"

#include "base/buf.h"
#include "record/event.h"

/* A value as text: strings as they read, numbers and truth values as they are written. */
static struct span setting_value(const struct record *r, const char *parent, struct span name,
				 struct value v, struct pool *pool)
{
	struct buf path = BUF_INIT(8192);
	struct span text;

	if (v.type == VALUE_STRING)
		return pool_copy(pool, v.text);
	buf_addf(&path, "%s.", parent);
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '.' || name.data[i] == '\\')
			buf_add_char(&path, '\\');
		buf_add_char(&path, name.data[i]);
	}
	text = pool_copy(pool, record_token(r, buf_cstr(&path)));
	buf_release(&path);
	return text;
}

static struct setting *read_settings(const struct record *r, const char *path, struct pool *pool,
				     size_t *n)
{
	struct value map = record_get(r, path), v;
	struct value_iter it = value_iter(map);
	struct setting *out;
	struct span name;

	*n = 0;
	if (map.type != VALUE_OBJECT)
		return NULL;
	while (value_next(&it, &name, &v))
		++*n;
	out = pool_array(pool, *n, sizeof *out);
	it = value_iter(map);
	for (size_t i = 0; value_next(&it, &name, &v); i++)
		out[i] = (struct setting){pool_copy(pool, name),
					  setting_value(r, path, name, v, pool)};
	return out;
}

/* A confidence that is no number, or that triage itself does not stand by, is none. */
static struct request read_request(const struct record *r, struct pool *pool)
{
	struct value v = record_get(r, "triage.confidence");
	bool stands = v.type == VALUE_NUMBER && v.number > 0 && v.number <= 1;

	return (struct request){.confidence = stands ? v.number : 0,
				.calibration =
					pool_copy(pool, record_text(r, "triage.calibration"))};
}

void choice_read(const struct record *r, struct pool *pool, struct choice *out)
{
	struct span digest = record_text(r, "triage.runbook.digest");

	if (span_starts(digest, "sha256:"))
		digest = span_of(digest.data + 7, digest.len - 7);
	*out = (struct choice){.incident = pool_copy(pool, record_text(r, "incident")),
			       .id = pool_copy(pool, record_text(r, "triage.runbook.id")),
			       .digest = digest.data ? pool_copy(pool, digest) : SPAN_NONE,
			       .request = read_request(r, pool)};
	out->labels = read_settings(r, "labels", pool, &out->n_labels);
	out->proposed = read_settings(r, "triage.runbook.parameters", pool, &out->n_proposed);
}

bool choice_is_there(const struct record *r)
{
	return record_kind(r) == KIND_INCIDENT && record_text(r, "triage.runbook.id").data &&
	       !span_is(record_text(r, "triage.runbook.automation"), "none") &&
	       !span_is(record_text(r, "triage.decision"), "abstain") &&
	       !span_is(record_text(r, "change"), "resolved") &&
	       !span_is(record_text(r, "status"), "resolved") &&
	       !span_is(record_text(r, "status"), "false_positive");
}
