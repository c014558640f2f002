#include "aiops-correlate/enrich.h"

#include "base/instant.h"
#include "record/jsonw.h"

enum { WORD_MAX_BYTES = 128 };

/* ---- words ---- */

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '/';
}

/* The word at or behind *at, without marks at its ends; SPAN_NONE at the end. */
static struct span next_word(struct span text, size_t *at)
{
	size_t begin, end;

	while (*at < text.len && !is_word_byte(text.data[*at]))
		(*at)++;
	begin = *at;
	while (*at < text.len && is_word_byte(text.data[*at]))
		(*at)++;
	end = *at;
	while (end > begin && (text.data[end - 1] == '.' || text.data[end - 1] == '-' ||
			       text.data[end - 1] == '/'))
		end--;
	while (begin < end &&
	       (text.data[begin] == '-' || text.data[begin] == '.' || text.data[begin] == '/'))
		begin++;
	return *at > begin || begin < text.len ? span_of(text.data + begin, end - begin)
					       : SPAN_NONE;
}

/* Words that follow "service" without being its name. */
static bool is_plain_word(struct span w)
{
	static const char *const words[] = {
		"a",          "account",      "after",
		"agreement",  "alert",        "alerts",
		"an",         "and",          "are",
		"at",         "availability", "available",
		"back",       "because",      "been",
		"before",     "by",           "call",
		"calls",      "cannot",       "check",
		"checks",     "crashed",      "critical",
		"critically", "degraded",     "degradation",
		"dependency", "did",          "disruption",
		"does",       "down",         "endpoint",
		"endpoints",  "error",        "errors",
		"failed",     "failing",      "fails",
		"failure",    "failures",     "for",
		"from",       "had",          "has",
		"have",       "health",       "healthy",
		"high",       "in",           "instance",
		"instances",  "interruption", "into",
		"is",         "issue",        "issues",
		"it",         "its",          "latency",
		"level",      "levels",       "limit",
		"limits",     "lost",         "low",
		"mesh",       "monitor",      "name",
		"no",         "not",          "now",
		"of",         "offline",      "on",
		"or",         "outage",       "overloaded",
		"process",    "quality",      "quota",
		"rate",       "recovered",    "request",
		"requests",   "response",     "responding",
		"responds",   "restart",      "restarted",
		"restarting", "restarts",     "returned",
		"returns",    "running",      "slow",
		"start",      "started",      "state",
		"status",     "stopped",      "that",
		"the",        "this",         "timed",
		"timeout",    "timeouts",     "to",
		"too",        "unavailable",  "under",
		"unhealthy",  "unreachable",  "unstable",
		"up",         "was",          "went",
		"were",       "which",        "will",
		"with",       "would",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_eq_nocase(w, span_cstr(words[i])))
			return true;
	return false;
}

static bool has_letter(struct span w)
{
	for (size_t i = 0; i < w.len; i++)
		if ((w.data[i] | 0x20) >= 'a' && (w.data[i] | 0x20) <= 'z')
			return true;
	return false;
}

static struct span find_known(const struct site_rules *rules, struct span text)
{
	struct span w;

	for (size_t at = 0; rules->services.live && at < text.len;) {
		w = next_word(text, &at);
		if (w.len && map_get(&rules->services, w))
			return w;
	}
	return SPAN_NONE;
}

/* True if only what may stand between "service" and its name lies from begin to end. */
static bool joins(struct span text, size_t begin, const char *end)
{
	for (const char *p = text.data + begin; p < end; p++)
		if (*p != ' ' && *p != ':' && *p != '=' && *p != '"' && *p != '\'' && *p != '\t' &&
		    *p != '`')
			return false;
	return true;
}

static struct span find_named(struct span text)
{
	for (size_t at = 0; at < text.len;) {
		struct span w = next_word(text, &at), name;
		size_t behind = at, look = at;

		if (!span_eq_nocase(w, SPAN("service")))
			continue;
		name = next_word(text, &look);
		if (name.len && name.len <= WORD_MAX_BYTES && has_letter(name) &&
		    joins(text, behind, name.data) && !is_plain_word(name))
			return name;
	}
	return SPAN_NONE;
}

struct span enrich_service(const struct site_rules *rules, struct span text)
{
	struct span found = find_known(rules, text);

	return found.len ? found : find_named(text);
}

/* ---- labels ---- */

/* Names with their lengths: this is done for every alert. */
#define NAME(text)                                                                                 \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	}

/* The value of the first of these labels that there is; an absent name ends the list. */
static struct span label_among(const struct report *r, const struct span *names)
{
	for (; names->data; names++)
		for (size_t i = 0; i < r->n_labels; i++)
			if (r->labels[i].value.len && span_eq(r->labels[i].name, *names))
				return r->labels[i].value;
	return SPAN_NONE;
}

/* "10.0.0.1:9100" without ":9100"; a path or an address of IPv6 is none of ours. */
static struct span without_port(struct span host)
{
	size_t n = host.len;

	while (n > 0 && host.data[n - 1] >= '0' && host.data[n - 1] <= '9')
		n--;
	if (n < 2 || n == host.len || host.data[n - 1] != ':' ||
	    memchr(host.data, ':', n - 1) != NULL)
		return host;
	return span_of(host.data, n - 1);
}

static struct span layer_among(const struct report *r)
{
	static const struct span names[] = {NAME("layer"), NAME("tier"), {NULL, 0}};
	static const char *const layers[] = {"hardware", "network",  "storage",
					     "compute",  "platform", "application"};
	struct span found = label_among(r, names);

	for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
		if (span_eq_nocase(found, span_cstr(layers[i])))
			return span_cstr(layers[i]);
	return SPAN_NONE;
}

static struct span find_service(const struct site_rules *rules, struct span title,
				struct span description, const struct report *r)
{
	static const struct span names[] = {
		NAME("service"), NAME("service_name"), NAME("service.name"),
		NAME("app"),     NAME("application"),  NAME("app_kubernetes_io_name"),
		{NULL, 0}};
	struct span found = label_among(r, names);

	if (!found.len)
		found = enrich_service(rules, title);
	return found.len ? found : enrich_service(rules, description);
}

void enrich(const struct site_rules *rules, struct span title, struct span description,
	    struct report *r, struct enriched *out)
{
	static const struct span hosts[] = {
		NAME("host"), NAME("hostname"), NAME("host.name"), NAME("node"), {NULL, 0}};
	static const struct span plain[] = {NAME("env"), {NULL, 0}};
	static const struct span envs[] = {
		NAME("environment"), NAME("deployment.environment"), NAME("stage"), {NULL, 0}};

	*out = (struct enriched){0};
	if (!label_among(r, plain).len) /* else it says so itself */
		out->env = label_among(r, envs);
	if (!r->service.len)
		r->service = out->service = find_service(rules, title, description, r);
	if (!r->host.len)
		r->host = out->host = without_port(label_among(r, hosts));
	if (!r->layer.len)
		r->layer = out->layer = layer_among(r);
	if (!r->component.len)
		r->component = r->service.len ? r->service : r->host;
}

/* ---- writing ---- */

void enriched_write(const struct enriched *en, const struct site_rules *rules, int64_t at_ns,
		    struct buf *out)
{
	static const char *const days[] = {"monday", "tuesday",  "wednesday", "thursday",
					   "friday", "saturday", "sunday"};
	struct jsonw w = jsonw_to(out);
	struct civil c;

	w.comma = true;
	if (en->service.len || en->host.len || en->env.len || en->layer.len) {
		jsonw_key(&w, "enriched");
		jsonw_object(&w);
		jsonw_member_opt(&w, "service", en->service);
		jsonw_member_opt(&w, "host", en->host);
		jsonw_member_opt(&w, "env", en->env);
		jsonw_member_opt(&w, "layer", en->layer);
		jsonw_object_end(&w);
	}
	if (!rules->zone.n)
		return;
	c = zone_civil(&rules->zone, at_ns);
	jsonw_member_i64(&w, "hour", c.hour);
	jsonw_member(&w, "weekday", span_cstr(days[c.weekday]));
}
