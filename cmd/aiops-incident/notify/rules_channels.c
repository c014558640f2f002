/*
 * Channels: how a message gets out.
 */
#include "aiops-incident/notify/rules_impl.h"

enum { TIMEOUT_MS = 10000, TIMEOUT_MAX_MS = 60000, CAP_MAX = 100000 };

size_t channel_named(const struct notify_rules *r, struct span name)
{
	for (size_t i = 0; i < r->n_channels; i++) {
		if (span_eq(r->channels[i].name, name))
			return i;
	}
	return SIZE_MAX;
}

/* ---- what each kind takes ---- */

static const char *const slack_keys[] = {"url_file",     "url",     "ca_file",
					 "plain_secret", "buttons", NULL};
static const char *const pagerduty_keys[] = {"routing_key_file", "url", "ca_file", "plain_secret",
					     NULL};
static const char *const smtp_keys[] = {"url",           "from",    "to",           "user",
					"password_file", "ca_file", "plain_secret", NULL};
static const char *const sendmail_keys[] = {"command", "from", "to", NULL};
static const char *const webhook_keys[] = {"url",     "url_file",     "bearer_file",
					   "ca_file", "plain_secret", NULL};
static const char *const command_keys[] = {"command", NULL};
static const char *const *const keys_of[CHANNELS] = {slack_keys,    pagerduty_keys, smtp_keys,
						     sendmail_keys, webhook_keys,   command_keys};

static int read_argv(struct notify_rules *r, struct channel *c, const struct yaml_node *n,
		     struct err *e)
{
	const struct span *words;
	const char **argv;
	size_t count;

	if (yaml_expect(n, YAML_LIST, e) != 0 || read_texts(r, n, &words, &count, e) != 0)
		return -1;
	if (count == 0 || words[0].data[0] != '/')
		return err_set_at(e, EX_BADCONFIG, n->line, n->col,
				  "a command is a list whose first word is an absolute path");
	argv = pool_array(&r->pool, count + 1, sizeof *argv);
	for (size_t i = 0; i < count; i++)
		argv[i] = words[i].data;
	c->argv = argv;
	return 0;
}

static int read_parts(struct notify_rules *r, struct channel *c, const struct yaml_node *n,
		      struct err *e)
{
	const struct {
		const char *key;
		struct span *out;
	} texts[] = {
		{"url", &c->url},
		{"url_file", &c->url_file},
		{"routing_key_file", &c->routing_key_file},
		{"bearer_file", &c->bearer_file},
		{"ca_file", &c->ca_file},
		{"user", &c->user},
		{"password_file", &c->password_file},
		{"from", &c->from},
	};
	const struct yaml_node *to = yaml_get(n, "to"), *command = yaml_get(n, "command");

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (yaml_text(yaml_get(n, texts[i].key), texts[i].out, e) != 0)
			return -1;
	}
	if (to && read_texts(r, to, &c->to, &c->n_to, e) != 0)
		return -1;
	if (command && read_argv(r, c, command, e) != 0)
		return -1;
	if (yaml_bool(yaml_get(n, "buttons"), &c->buttons, e) != 0)
		return -1;
	return yaml_bool(yaml_get(n, "plain_secret"), &c->plain_secret, e);
}

/* An address that cannot become two lines or two arguments. */
static bool address_ok(struct span a)
{
	for (size_t i = 0; i < a.len; i++) {
		if ((unsigned char)a.data[i] <= 0x20 || a.data[i] == 0x7F || a.data[i] == '<' ||
		    a.data[i] == '>' || a.data[i] == ',')
			return false;
	}
	return a.len > 0 && a.data[0] != '-';
}

static const char *what_lacks(const struct channel *c)
{
	bool url = c->url.data || c->url_file.data;

	switch (c->kind) {
	case CHANNEL_SLACK:
	case CHANNEL_WEBHOOK:
		return url && !(c->url.data && c->url_file.data) ? NULL : "url_file (or url)";
	case CHANNEL_PAGERDUTY:
		return c->routing_key_file.data ? NULL : "routing_key_file";
	case CHANNEL_SMTP:
		return !c->url.data                             ? "url"
		       : !c->from.data                          ? "from"
		       : c->n_to == 0                           ? "to"
		       : c->user.data && !c->password_file.data ? "password_file"
								: NULL;
	case CHANNEL_SENDMAIL:
		return !c->argv ? "command" : !c->from.data ? "from" : c->n_to == 0 ? "to" : NULL;
	case CHANNEL_COMMAND:
		return c->argv ? NULL : "command";
	case CHANNELS:
		break;
	}
	return NULL;
}

/* Nobody should find out at night that it is the address of another service. */
static const char *wrong_scheme(const struct channel *c)
{
	bool mail = c->kind == CHANNEL_SMTP;

	if (!c->url.data || span_starts(c->url, mail ? "smtp://" : "http://") ||
	    span_starts(c->url, mail ? "smtps://" : "https://"))
		return NULL;
	return mail ? "smtp:// or smtps://" : "https:// or http://";
}

static int check_channel(const struct channel *c, const struct yaml_node *n, struct err *e)
{
	const char *lacks = what_lacks(c);

	if (lacks)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "a %s channel needs %s",
				  channel_kind_names[c->kind], lacks);
	if (wrong_scheme(c))
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "url: it begins with %s",
				  wrong_scheme(c));
	if (c->from.data && !address_ok(c->from))
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "from: it is no address");
	for (size_t i = 0; i < c->n_to; i++) {
		if (!address_ok(c->to[i]))
			return err_set_at(e, EX_BADCONFIG, n->line, n->col,
					  "to: '%.80s' is no address", c->to[i].data);
	}
	return 0;
}

/* {slack: {...}, cap_per_hour: 20}: one kind, and what all kinds have. */
static int read_channel(struct notify_rules *r, struct channel *c, const struct yaml_node *n,
			struct err *e)
{
	static const char *const keys[] = {"slack",        "pagerduty", "smtp",
					   "sendmail",     "webhook",   "command",
					   "cap_per_hour", "timeout",   NULL};
	const struct yaml_node *part = NULL;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
		return -1;
	for (enum channel_kind k = CHANNEL_SLACK; k < CHANNELS; k++) {
		const struct yaml_node *of_kind = yaml_get(n, channel_kind_names[k]);

		if (of_kind && part)
			return err_set_at(e, EX_BADCONFIG, of_kind->line, of_kind->col,
					  "a channel is of one kind");
		if (of_kind) {
			part = of_kind;
			c->kind = k;
		}
	}
	if (!part)
		return err_set_at(
			e, EX_BADCONFIG, n->line, n->col,
			"a channel is slack, pagerduty, smtp, sendmail, webhook or command");
	c->timeout_ms = TIMEOUT_MS;
	if (yaml_i64(yaml_get(n, "cap_per_hour"), 1, CAP_MAX, &c->cap_per_hour, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "timeout"), &c->timeout_ms, e) != 0)
		return -1;
	if (c->timeout_ms < 1 || c->timeout_ms > TIMEOUT_MAX_MS)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col,
				  "timeout: above 0, at most %d s", TIMEOUT_MAX_MS / 1000);
	if (c->kind == CHANNEL_COMMAND && part->type == YAML_LIST)
		return read_argv(r, c, part, e) == 0 ? check_channel(c, part, e) : -1;
	if (yaml_expect(part, YAML_MAP, e) != 0 ||
	    yaml_check_keys(part, keys_of[c->kind], e) != 0 || read_parts(r, c, part, e) != 0)
		return -1;
	return check_channel(c, part, e);
}

int read_channels(struct notify_rules *r, const struct yaml_node *map, struct err *e)
{
	struct channel *channels;

	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0)
		return -1;
	channels = pool_array(&r->pool, map->n, sizeof *channels);
	for (size_t i = 0; i < map->n; i++) {
		channels[i].name = map->pairs[i].key;
		if (read_channel(r, &channels[i], map->pairs[i].value, e) != 0)
			return -1;
	}
	r->channels = channels;
	r->n_channels = map->n;
	return 0;
}
