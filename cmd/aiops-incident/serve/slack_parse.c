/*
 * What Slack sends, and who its users are.
 */
#include "aiops-incident/serve/slack.h"

#include "base/pool.h"
#include "record/record.h"

enum { PAYLOAD_MAX = 1 << 20, RUN_LEN = 20 };

int slack_people_load(struct slack_people *p, const char *path, struct err *e)
{
	static const char *const keys[] = {"name", "key_file", NULL};
	const struct yaml_node *root;

	p->document = yaml_load(path, e);
	if (!p->document)
		return -1;
	root = yaml_root(p->document);
	if (yaml_expect(root, YAML_MAP, e) != 0)
		return -1;
	for (size_t i = 0; i < root->n; i++) {
		const struct yaml_node *n = root->pairs[i].value;
		struct span text = SPAN_NONE;

		if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
			return -1;
		if (!yaml_get(n, "name") || !yaml_get(n, "key_file"))
			return err_set_at(e, EX_BADCONFIG, n->line, n->col,
					  "a Slack user needs name and key_file");
		if (yaml_text(yaml_get(n, "name"), &text, e) != 0 ||
		    yaml_text(yaml_get(n, "key_file"), &text, e) != 0)
			return -1;
	}
	return 0;
}

void slack_people_release(struct slack_people *p)
{
	yaml_free(p->document);
	p->document = NULL;
}

bool slack_person(const struct slack_people *p, struct span user, struct span *name,
		  struct span *key_file)
{
	const struct yaml_node *root = p->document ? yaml_root(p->document) : NULL;

	for (size_t i = 0; root && i < root->n; i++) {
		if (!span_eq(root->pairs[i].key, user))
			continue;
		*name = yaml_get(root->pairs[i].value, "name")->text;
		*key_file = yaml_get(root->pairs[i].value, "key_file")->text;
		return true;
	}
	return false;
}

/* ---- the request ---- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* application/x-www-form-urlencoded: the value, decoded. */
static int decode(struct span s, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < s.len; i++) {
		int high, low;

		if (s.data[i] != '%') {
			buf_add_char(out, s.data[i] == '+' ? ' ' : s.data[i]);
			continue;
		}
		high = i + 2 < s.len ? hex_digit(s.data[i + 1]) : -1;
		low = i + 2 < s.len ? hex_digit(s.data[i + 2]) : -1;
		if (high < 0 || low < 0)
			return err_set(e, EX_BADDATA, "the body is not percent-encoded");
		buf_add_char(out, (char)(high * 16 + low));
		i += 2;
	}
	return 0;
}

static bool run_ok(struct span s)
{
	if (s.len != RUN_LEN || !span_starts(s, "RUN-"))
		return false;
	for (size_t i = 4; i < s.len; i++) {
		char c = s.data[i];

		if ((c < '0' || c > '9') && (c < 'A' || c > 'Z'))
			return false;
	}
	return true;
}

static int read_action(const struct record *r, struct pool *pool, struct slack_action *out,
		       struct err *e)
{
	struct span verb = record_text(r, "actions.0.action_id"),
		    run = record_text(r, "actions.0.value"), user = record_text(r, "user.id"),
		    trigger = record_text(r, "trigger_id");

	if (!span_is(record_text(r, "type"), "block_actions") || !user.len || !trigger.len)
		return err_set(e, EX_BADDATA, "it is no action of a button");
	out->approve = span_is(verb, "aiops_approve");
	if ((!out->approve && !span_is(verb, "aiops_deny")) || !run_ok(run))
		return err_set(e, EX_BADDATA, "it is no action of ours");
	out->user = pool_copy(pool, user);
	out->trigger = pool_copy(pool, trigger);
	out->run = pool_copy(pool, run);
	return 0;
}

int slack_action_parse(struct span body, struct pool *pool, struct slack_action *out, struct err *e)
{
	static const char zeros[RECORD_PADDING];
	struct span prefix = SPAN("payload=");
	struct buf json = BUF_INIT(PAYLOAD_MAX + RECORD_PADDING);
	struct record *r = record_new(PAYLOAD_MAX);
	enum reject_code why;
	size_t len;
	int rc = -1;

	if (body.len < prefix.len || !span_starts(body, prefix.data))
		err_set(e, EX_BADDATA, "there is no payload");
	else
		rc = decode(span_of(body.data + prefix.len, body.len - prefix.len), &json, e);
	len = json.len;
	buf_add(&json, zeros, sizeof zeros);
	if (rc == 0 && buf_overflowed(&json))
		rc = err_set(e, EX_BADDATA, "the payload is too long");
	if (rc == 0)
		rc = record_parse(r, json.data, len, &why, e);
	if (rc == 0)
		rc = read_action(r, pool, out, e);
	record_free(r);
	buf_release(&json);
	return rc;
}
