/*
 * The rules file as a whole: routes, escalation, silence.
 */
#include "aiops-incident/notify/rules_impl.h"

#include "aiops-incident/register/lifecycle.h"
#include "base/num.h"
#include "cli/zones.h"

enum { SETTLE_MS = 5000, AFTER_MS = 15 * 60 * 1000, EVERY_DAY = 0x7F };

int read_texts(struct notify_rules *r, const struct yaml_node *n, const struct span **out,
	       size_t *n_out, struct err *e)
{
	size_t count = n->type == YAML_LIST ? n->n : 1;
	struct span *texts = pool_array(&r->pool, count, sizeof *texts);

	for (size_t i = 0; i < count; i++) {
		if (yaml_text(n->type == YAML_LIST ? n->items[i] : n, &texts[i], e) != 0)
			return -1;
	}
	*out = texts;
	*n_out = count;
	return 0;
}

static int read_words(struct notify_rules *r, const struct yaml_node *n, struct words_of *out,
		      struct err *e)
{
	return n ? read_texts(r, n, &out->items, &out->n, e) : 0;
}

static int read_severity(const struct yaml_node *n, enum severity *out, struct err *e)
{
	struct span word = SPAN_NONE;

	if (!n)
		return 0;
	if (yaml_text(n, &word, e) != 0)
		return -1;
	*out = severity_from_either(word);
	if (*out == SEVERITY_UNKNOWN)
		return err_set_at(
			e, EX_BADCONFIG, n->line, n->col,
			"'%.40s' is no severity: critical, high, medium, low, SEV1 to SEV4",
			word.data);
	return 0;
}

/* ---- hours ---- */

static bool clock_time(struct span s, int *minute)
{
	if (s.len != 5 || s.data[2] != ':')
		return false;
	for (int i = 0; i < 5; i++) {
		if (i != 2 && (s.data[i] < '0' || s.data[i] > '9'))
			return false;
	}
	*minute = ((s.data[0] - '0') * 10 + s.data[1] - '0') * 60 + (s.data[3] - '0') * 10 +
		  s.data[4] - '0';
	return *minute <= 24 * 60 && s.data[3] < '6';
}

static int day_named(struct span s)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

	for (int i = 0; i < 7; i++) {
		if (span_eq_nocase(s, span_cstr(days[i])))
			return i;
	}
	return -1;
}

static int read_days(struct notify_rules *r, const struct yaml_node *n, unsigned *out,
		     struct err *e)
{
	const struct span *names;
	size_t count;

	*out = EVERY_DAY;
	if (!n)
		return 0;
	if (read_texts(r, n, &names, &count, e) != 0)
		return -1;
	*out = 0;
	for (size_t i = 0; i < count; i++) {
		int day = day_named(names[i]);

		if (day < 0)
			return err_set_at(e, EX_BADCONFIG, n->line, n->col,
					  "'%.40s' is no day: mon, tue, wed, thu, fri, sat, sun",
					  names[i].data);
		*out |= 1u << day;
	}
	return 0;
}

/* hours: "22:00-07:00", days: [mon, tue] */
static int read_hours(struct notify_rules *r, const struct yaml_node *map, struct hours *h,
		      bool *given, struct err *e)
{
	const struct yaml_node *n = yaml_get(map, "hours");
	struct span text = SPAN_NONE;

	*h = (struct hours){EVERY_DAY, 0, 24 * 60};
	*given = n || yaml_get(map, "days");
	if (read_days(r, yaml_get(map, "days"), &h->days, e) != 0 || yaml_text(n, &text, e) != 0)
		return -1;
	if (n &&
	    (text.len != 11 || text.data[5] != '-' ||
	     !clock_time(span_of(text.data, 5), &h->from_min) ||
	     !clock_time(span_of(text.data + 6, 5), &h->until_min) || h->from_min == h->until_min))
		return err_set_at(e, EX_BADCONFIG, n->line, n->col,
				  "hours are written \"22:00-07:00\"");
	return 0;
}

/* ---- targets ---- */

static int read_target(const struct notify_rules *r, const struct yaml_node *n, struct span name,
		       struct target *out, struct err *e)
{
	const size_t found[] = {channel_named(r, name), person_named(r, name),
				rotation_named(r, name)};
	int fits = 0;

	for (int k = TARGET_CHANNEL; k <= TARGET_ROTATION; k++) {
		if (found[k] == SIZE_MAX)
			continue;
		*out = (struct target){(enum target_kind)k, found[k]};
		fits++;
	}
	if (fits == 1)
		return 0;
	return err_set_at(e, EX_BADCONFIG, n->line, n->col,
			  fits ? "'%.80s' is a name of several things"
			       : "'%.80s' is no channel, person or rotation",
			  name.data);
}

static int read_targets(struct notify_rules *r, const struct yaml_node *n,
			const struct target **out, size_t *n_out, struct err *e)
{
	const struct span *names;
	struct target *targets;

	if (read_texts(r, n, &names, n_out, e) != 0)
		return -1;
	targets = pool_array(&r->pool, *n_out, sizeof *targets);
	for (size_t i = 0; i < *n_out; i++) {
		if (read_target(r, n, names[i], &targets[i], e) != 0)
			return -1;
	}
	*out = targets;
	return 0;
}

/* ---- the lists ---- */

static int read_route(struct notify_rules *r, const struct yaml_node *n, void *item, struct err *e)
{
	static const char *const keys[] = {"services", "types", "severity", "hours", "days",
					   "novel",    "to",    "continue", NULL};
	struct route *out = item;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
		return -1;
	if (!yaml_get(n, "to"))
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "a route needs to");
	if (read_words(r, yaml_get(n, "services"), &out->services, e) != 0 ||
	    read_words(r, yaml_get(n, "types"), &out->types, e) != 0 ||
	    read_severity(yaml_get(n, "severity"), &out->severity, e) != 0 ||
	    read_hours(r, n, &out->hours, &out->has_hours, e) != 0 ||
	    yaml_bool(yaml_get(n, "novel"), &out->novel, e) != 0 ||
	    yaml_bool(yaml_get(n, "continue"), &out->go_on, e) != 0)
		return -1;
	return read_targets(r, yaml_get(n, "to"), &out->to, &out->n_to, e);
}

static int read_escalation(struct notify_rules *r, const struct yaml_node *n, void *item,
			   struct err *e)
{
	static const char *const keys[] = {"types", "after", "path", NULL};
	struct escalation_path *out = item;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
		return -1;
	if (!yaml_get(n, "path"))
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "an escalation needs path");
	out->after_ms = AFTER_MS;
	if (read_words(r, yaml_get(n, "types"), &out->types, e) != 0 ||
	    yaml_duration_ms(yaml_get(n, "after"), &out->after_ms, e) != 0)
		return -1;
	return read_targets(r, yaml_get(n, "path"), &out->path, &out->n, e);
}

static int read_silence(struct notify_rules *r, const struct yaml_node *n, void *item,
			struct err *e)
{
	static const char *const keys[] = {"hours", "days", "below", NULL};
	bool given;
	struct silence *out = item;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
		return -1;
	out->below = SEVERITY_CRITICAL;
	if (read_hours(r, n, &out->hours, &given, e) != 0 ||
	    read_severity(yaml_get(n, "below"), &out->below, e) != 0)
		return -1;
	return given ? 0
		     : err_set_at(e, EX_BADCONFIG, n->line, n->col,
				  "a silence needs hours or days");
}

typedef int item_fn(struct notify_rules *r, const struct yaml_node *n, void *out, struct err *e);

/* The items of a list, size bytes each; NULL without a list or on failure. */
static const void *read_list(struct notify_rules *r, const struct yaml_node *list, size_t size,
			     item_fn *fn, size_t *count, struct err *e)
{
	char *items;

	*count = 0;
	if (!list || yaml_expect(list, YAML_LIST, e) != 0)
		return NULL;
	items = pool_array(&r->pool, list->n, size);
	for (size_t i = 0; i < list->n; i++) {
		if (fn(r, list->items[i], items + i * size, e) != 0)
			return NULL;
	}
	*count = list->n;
	return items;
}

static int read_zone(struct notify_rules *r, const struct yaml_node *n, struct err *e)
{
	struct err bad = ERR_INIT;
	struct span name = SPAN("UTC");

	if (n && yaml_text(n, &name, e) != 0)
		return -1;
	if (zones_find(name.data, &r->zone, &bad) != 0)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", bad.text);
	return 0;
}

static int read_all(struct notify_rules *r, const struct yaml_node *root, struct err *e)
{
	static const char *const keys[] = {"zone",      "channels", "people",
					   "rotations", "routes",   "escalation",
					   "silence",   "settle",   NULL};

	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, keys, e) != 0)
		return -1;
	r->settle_ms = SETTLE_MS;
	if (read_zone(r, yaml_get(root, "zone"), e) != 0 ||
	    yaml_duration_ms(yaml_get(root, "settle"), &r->settle_ms, e) != 0 ||
	    read_channels(r, yaml_get(root, "channels"), e) != 0 ||
	    read_people(r, yaml_get(root, "people"), e) != 0 ||
	    read_rotations(r, yaml_get(root, "rotations"), e) != 0)
		return -1;
	r->routes = read_list(r, yaml_get(root, "routes"), sizeof *r->routes, read_route,
			      &r->n_routes, e);
	r->escalations = read_list(r, yaml_get(root, "escalation"), sizeof *r->escalations,
				   read_escalation, &r->n_escalations, e);
	r->silences = read_list(r, yaml_get(root, "silence"), sizeof *r->silences, read_silence,
				&r->n_silences, e);
	return e->code ? -1 : 0;
}

int notify_rules_parse(struct notify_rules *r, struct span text, struct err *e)
{
	*r = (struct notify_rules){.document = yaml_parse(text, e)};
	return r->document ? read_all(r, yaml_root(r->document), e) : -1;
}

int notify_rules_load(struct notify_rules *r, const char *path, struct err *e)
{
	*r = (struct notify_rules){.document = yaml_load(path, e)};
	return r->document ? read_all(r, yaml_root(r->document), e) : -1;
}

void notify_rules_release(struct notify_rules *r)
{
	yaml_free(r->document);
	pool_release(&r->pool);
	zone_release(&r->zone);
	*r = (struct notify_rules){0};
}
