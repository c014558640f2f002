#include "aiops-runbook/hooks/hook.h"

#include <string.h>

const char *const hook_event_names[] = {"pending_approval", "failed", "needs_person", "succeeded",
					NULL};
static const char *const webhook_names[] = {"generic", "slack", "pagerduty", NULL};

enum { HOOKS_MAX = 32, WORDS_MAX = 64 };

static int bad(const struct yaml_node *n, const char *why, struct err *e)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", why);
}

static int index_of(struct span word, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (span_is(word, words[i]))
			return i;
	return -1;
}

static int load_events(const struct yaml_node *n, const struct yaml_node *map, struct hook *h,
		       struct err *e)
{
	if (!n || n->type != YAML_LIST || n->n == 0)
		return bad(n ? n : map,
			   "'on' is a list of pending_approval, failed, needs_person, succeeded",
			   e);
	for (size_t i = 0; i < n->n; i++) {
		int event = n->items[i]->type == YAML_SCALAR
				    ? index_of(n->items[i]->text, hook_event_names)
				    : -1;

		if (event < 0)
			return bad(n->items[i],
				   "expected pending_approval, failed, needs_person or succeeded",
				   e);
		h->on[event] = true;
	}
	return 0;
}

static int load_command(const struct yaml_node *n, struct hooks *hooks, struct hook *h,
			struct err *e)
{
	const char **argv;

	if (n->type != YAML_LIST || n->n == 0 || n->n > WORDS_MAX)
		return bad(n, "'command' is a list of words: there is no shell", e);
	argv = pool_array(&hooks->pool, n->n + 1, sizeof *argv);
	for (size_t i = 0; i < n->n; i++) {
		if (n->items[i]->type != YAML_SCALAR)
			return bad(n->items[i], "expected a word", e);
		argv[i] = n->items[i]->text.data;
	}
	h->argv = argv;
	h->kind = HOOK_COMMAND;
	return 0;
}

static int load_texts(const struct yaml_node *map, struct hook *h, struct err *e)
{
	const struct {
		const char *key;
		struct span *out;
	} texts[] = {{"name", &h->name},
		     {"url", &h->url},
		     {"url_file", &h->url_file},
		     {"bearer_file", &h->bearer_file},
		     {"routing_key_file", &h->routing_key_file},
		     {"ca_file", &h->ca_file}};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (yaml_text(yaml_get(map, texts[i].key), texts[i].out, e) != 0)
			return -1;
	return h->name.len ? 0 : bad(map, "a hook has a name", e);
}

static int load_webhook(const struct yaml_node *n, struct hook *h, struct err *e)
{
	int kind = n->type == YAML_SCALAR ? index_of(n->text, webhook_names) : -1;

	if (kind < 0)
		return bad(n, "expected slack, pagerduty or generic", e);
	h->kind = (enum hook_kind)(HOOK_GENERIC + kind);
	if (h->kind == HOOK_PAGERDUTY && !h->url.data && !h->url_file.data)
		h->url = SPAN("https://events.pagerduty.com/v2/enqueue");
	if (!h->url.data == !h->url_file.data)
		return bad(n, "a webhook has 'url', or 'url_file' where the URL is a secret", e);
	if ((h->kind == HOOK_PAGERDUTY) != (h->routing_key_file.data != NULL))
		return bad(n, "'routing_key_file' goes with pagerduty, which needs it", e);
	return 0;
}

static int load_hook(const struct yaml_node *map, struct hooks *hooks, struct hook *h,
		     struct err *e)
{
	static const char *const keys[] = {
		"name",        "on",      "command",          "webhook", "url",          "url_file",
		"bearer_file", "timeout", "routing_key_file", "ca_file", "plain_secret", NULL};
	const struct yaml_node *command = yaml_get(map, "command"),
			       *webhook = yaml_get(map, "webhook");

	h->timeout_ms = HOOK_TIMEOUT_MS;
	if (yaml_expect(map, YAML_MAP, e) != 0 || yaml_check_keys(map, keys, e) != 0 ||
	    load_texts(map, h, e) != 0 || load_events(yaml_get(map, "on"), map, h, e) != 0 ||
	    yaml_duration_ms(yaml_get(map, "timeout"), &h->timeout_ms, e) != 0 ||
	    yaml_bool(yaml_get(map, "plain_secret"), &h->plain_secret, e) != 0)
		return -1;
	if (h->timeout_ms < 1 || h->timeout_ms > HOOK_TIMEOUT_MAX_MS)
		return bad(yaml_get(map, "timeout"), "a hook's timeout is at most 60s", e);
	if (!command == !webhook)
		return bad(map, "a hook has 'command' or 'webhook'", e);
	if (command && (h->url.data || h->url_file.data || h->bearer_file.data ||
			h->routing_key_file.data || h->ca_file.data))
		return bad(map, "a command has no url and no credential: it has its own", e);
	return command ? load_command(command, hooks, h, e) : load_webhook(webhook, h, e);
}

int hooks_load(const struct yaml_node *n, struct hooks *out, struct err *e)
{
	*out = (struct hooks){0};
	if (!n)
		return 0;
	if (yaml_expect(n, YAML_LIST, e) != 0)
		return err_prefix(e, "hooks");
	if (n->n > HOOKS_MAX)
		return bad(n, "too many hooks", e);
	out->items = pool_array(&out->pool, n->n, sizeof *out->items);
	for (size_t i = 0; i < n->n; i++, out->n++)
		if (load_hook(n->items[i], out, &out->items[i], e) != 0)
			return err_prefix(e, "hooks");
	return 0;
}

void hooks_release(struct hooks *h)
{
	pool_release(&h->pool);
	*h = (struct hooks){0};
}
