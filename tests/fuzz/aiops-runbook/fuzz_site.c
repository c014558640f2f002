/*
 * What a site's configuration says about hooks and approvers, and what a hook is told.
 *
 * Held: what is accepted has its texts and bounds; whatever the words of a notice, its bodies are
 * one JSON value each, Slack's without a bare '<', and the command in it is one line of shell
 * words.
 */
#include "aiops-runbook/hooks/message.h"

#include "../fuzz.h"
#include "aiops-runbook/runs/key.h"
#include "record/record.h"
#include "yaml/yaml.h"

static void check_json(struct buf *body)
{
	struct record *r = record_new(16u << 20);
	enum reject_code why;
	struct err e = ERR_INIT;
	size_t len = body->len;

	FUZZ_CHECK(buf_room(body, RECORD_PADDING));
	FUZZ_CHECK(record_parse(r, body->data, len, &why, &e) == 0);
	record_free(r);
}

static void check_messages(struct span words)
{
	struct buf out = BUF_INIT(16u << 20);

	for (int ev = 0; ev < HOOK_EVENTS; ev++) {
		struct notice n = {.event = (enum hook_event)ev,
				   .run = SPAN("RUN-1"),
				   .runbook = SPAN("demo"),
				   .incident = words,
				   .plan = SPAN("PLAN-1"),
				   .plan_digest = SPAN("d"),
				   .state = SPAN("failed"),
				   .reason = words,
				   .notify = words,
				   .targets = words,
				   .db = words,
				   .elapsed_ms = -1};

		message_json(&n, &out);
		check_json(&out);
		buf_clear(&out);
		message_slack(&n, &out);
		FUZZ_CHECK(!memchr(out.data, '<', out.len) && !memchr(out.data, '>', out.len));
		check_json(&out);
		buf_clear(&out);
		message_pagerduty(&n, SPAN("key"), &out);
		check_json(&out);
		buf_clear(&out);
	}
	buf_release(&out);
}

static void check_hooks(const struct yaml_node *root)
{
	struct hooks hooks = {NULL};
	struct err e = ERR_INIT;

	if (hooks_load(root, &hooks, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	for (size_t i = 0; e.code == 0 && i < hooks.n; i++) {
		const struct hook *h = &hooks.items[i];

		FUZZ_CHECK(h->name.len > 0);
		FUZZ_CHECK((h->kind == HOOK_COMMAND) == (h->argv && h->argv[0]));
		FUZZ_CHECK(h->timeout_ms > 0 && h->timeout_ms <= HOOK_TIMEOUT_MAX_MS);
	}
	hooks_release(&hooks);
}

static void check_approvers(const struct yaml_node *root)
{
	struct approvers a = {NULL};
	struct err e = ERR_INIT;

	if (approvers_load(root, &a, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	for (size_t i = 0; e.code == 0 && i < a.n; i++) {
		FUZZ_CHECK(approver_name_ok(a.items[i].name));
		FUZZ_CHECK(approvers_find(&a, a.items[i].name) == &a.items[i]);
		FUZZ_CHECK(approver_meant(&a, SPAN("site"), a.items[i].name));
	}
	approvers_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct public_key key;
	struct err e = ERR_INIT;
	struct yaml *y;

	if (key_public_parse(text, &key, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	err_clear(&e);
	y = yaml_parse(text, &e);
	if (y) {
		check_hooks(yaml_get(yaml_root(y), "hooks"));
		check_approvers(yaml_get(yaml_root(y), "approvers"));
		check_messages(text); /* UTF-8, as all that comes so far */
	}
	yaml_free(y);
	return 0;
}
