/*
 * Reading the file of maintenance windows.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/suppress/maintenance.h"
#include "base/instant.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/zones.h"
#include "yaml/yaml.h"

enum { WINDOWS_MAX = 1000, FOR_MAX_DAYS = 31, SHOWN = 60 };

static const char *const top_keys[] = {"version", "windows", NULL};
static const char *const window_keys[] = {"name",  "match",  "why",      "from", "to",
					  "until", "repeat", "weekdays", "day",  "at",
					  "for",   "zone",   NULL};
static const char *const repeats[] = {"once", "daily", "weekly", "monthly", NULL};
static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

static int wrong(const struct yaml_node *n, struct err *e, const char *what)
{
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", what);
}

/* The place of the word in the list; an error with the nearest one if it is not there. */
static int read_word(const struct yaml_node *n, const char *const *words, const char *what,
		     int *out, struct err *e)
{
	struct span text = SPAN_NONE;
	const char *near;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	for (int i = 0; words[i]; i++) {
		if (span_is(text, words[i])) {
			*out = i;
			return 0;
		}
	}
	near = nearest_word(text, words);
	return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s '%.*s' is unknown%s%s%s", what,
			  (int)(text.len > SHOWN ? SHOWN : text.len), text.data,
			  near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

static int read_time(const struct yaml_node *n, int64_t *out, struct err *e)
{
	struct span text = SPAN_NONE;
	struct err why = ERR_INIT;
	struct instant at;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	if (!n)
		return 0;
	if (instant_parse(text, &at, &why) != 0)
		return wrong(n, e, "a time is written as 2026-11-22T22:00:00+01:00");
	*out = at.ns;
	return 0;
}

/* "01:30" or "01:30:15" */
static int read_clock(const struct yaml_node *n, int *out, struct err *e)
{
	struct span text = SPAN_NONE;
	int part[3] = {0}, n_parts = 0, digits = 0;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] >= '0' && text.data[i] <= '9' && digits < 2) {
			part[n_parts] = part[n_parts] * 10 + text.data[i] - '0';
			digits++;
		} else if (text.data[i] == ':' && digits > 0 && n_parts < 2) {
			n_parts++;
			digits = 0;
		} else {
			n_parts = 0;
			break;
		}
	}
	if (n_parts == 0 || digits != 2 || part[0] > 23 || part[1] > 59 || part[2] > 59)
		return wrong(n, e, "a time of day is written as \"01:30\"");
	*out = (part[0] * 60 + part[1]) * 60 + part[2];
	return 0;
}

static int read_weekdays(const struct yaml_node *n, unsigned *out, struct err *e)
{
	int day;

	if (yaml_expect(n, YAML_LIST, e) != 0)
		return -1;
	for (size_t i = 0; i < n->n; i++) {
		if (read_word(n->items[i], weekdays, "weekday", &day, e) != 0)
			return -1;
		*out |= 1u << day;
	}
	return *out ? 0 : wrong(n, e, "a window that repeats weekly names its weekdays");
}

static int read_day(const struct yaml_node *n, int *out, struct err *e)
{
	int64_t day = 1;

	if (n->type == YAML_SCALAR && span_is(n->text, "last")) {
		*out = DAY_LAST;
		return 0;
	}
	if (yaml_i64(n, 1, 31, &day, e) != 0)
		return -1;
	*out = (int)day;
	return 0;
}

static int read_zone(const struct yaml_node *n, struct zone *out, struct err *e)
{
	struct span text = SPAN_NONE;
	struct err why = ERR_INIT;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	if (!n) {
		zone_fixed(out, "UTC", 0);
		return 0;
	}
	if (zones_find(text.data, out, &why) != 0)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "%s", why.text);
	return 0;
}

/* The keys that this kind of window has, and no other. */
static int check_kind(const struct yaml_node *map, enum window_repeat repeat, struct err *e)
{
	static const struct {
		const char *key;
		unsigned needed, allowed; /* bits by repeat */
	} rules[] = {
		{"from", 1u << REPEAT_ONCE, ~0u},
		{"to", 1u << REPEAT_ONCE, 1u << REPEAT_ONCE},
		{"until", 0, ~(1u << REPEAT_ONCE)},
		{"at", ~(1u << REPEAT_ONCE), ~(1u << REPEAT_ONCE)},
		{"for", ~(1u << REPEAT_ONCE), ~(1u << REPEAT_ONCE)},
		{"weekdays", 1u << REPEAT_WEEKLY, 1u << REPEAT_WEEKLY},
		{"day", 1u << REPEAT_MONTHLY, 1u << REPEAT_MONTHLY},
		{"zone", 0, ~(1u << REPEAT_ONCE)},
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const struct yaml_node *n = yaml_get(map, rules[i].key);

		if (!n && rules[i].needed >> repeat & 1)
			return err_set_at(e, EX_BADCONFIG, map->line, map->col,
					  "'%s' is missing from a window that repeats %s",
					  rules[i].key, repeats[repeat]);
		if (n && !(rules[i].allowed >> repeat & 1))
			return err_set_at(e, EX_BADCONFIG, n->line, n->col,
					  "'%s' means nothing in a window that repeats %s",
					  rules[i].key, repeats[repeat]);
	}
	return 0;
}

static int read_repeating(struct window *w, const struct yaml_node *map, struct err *e)
{
	const struct yaml_node *length = yaml_get(map, "for"), *days = yaml_get(map, "weekdays"),
			       *day = yaml_get(map, "day");
	int64_t ms = 0;

	if (read_clock(yaml_get(map, "at"), &w->at_s, e) != 0 ||
	    yaml_duration_ms(length, &ms, e) != 0 ||
	    (days && read_weekdays(days, &w->weekdays, e) != 0) ||
	    (day && read_day(day, &w->day, e) != 0) ||
	    read_zone(yaml_get(map, "zone"), &w->zone, e) != 0 ||
	    read_time(yaml_get(map, "from"), &w->from_ns, e) != 0 ||
	    read_time(yaml_get(map, "until"), &w->until_ns, e) != 0)
		return -1;
	if (ms <= 0 || ms > INT64_C(86400000) * FOR_MAX_DAYS)
		return wrong(length, e, "a window lasts longer than 0 and at most 31d");
	w->for_ns = ms * NS_PER_MS;
	if (w->until_ns <= w->from_ns)
		return wrong(yaml_get(map, "until"), e, "until is not after from");
	return 0;
}

static int read_once(struct window *w, const struct yaml_node *map, struct err *e)
{
	const struct yaml_node *to = yaml_get(map, "to");

	zone_fixed(&w->zone, "UTC", 0);
	if (read_time(yaml_get(map, "from"), &w->from_ns, e) != 0 ||
	    read_time(to, &w->until_ns, e) != 0)
		return -1;
	return w->until_ns > w->from_ns ? 0 : wrong(to, e, "to is not after from");
}

static int read_name(struct window *w, const struct yaml_node *map, struct map *names,
		     struct err *e)
{
	const struct yaml_node *n = yaml_get(map, "name");
	struct span text = SPAN_NONE;
	bool added;

	if (!n)
		return wrong(map, e, "'name' is missing");
	if (yaml_text(n, &text, e) != 0)
		return -1;
	if (text.len == 0)
		return wrong(n, e, "'name' is empty");
	map_put(names, text, &added);
	if (!added)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col,
				  "window '%.*s' stands here for the second time",
				  (int)(text.len > SHOWN ? SHOWN : text.len), text.data);
	w->name = mem_dup(text.data, text.len);
	return 0;
}

static int read_window(struct window *w, const struct yaml_node *map, struct map *names,
		       struct err *e)
{
	const struct yaml_node *repeat = yaml_get(map, "repeat"), *match = yaml_get(map, "match");
	struct span why = SPAN_NONE;
	int kind = REPEAT_ONCE;

	w->from_ns = INT64_MIN;
	w->until_ns = INT64_MAX;
	if (yaml_expect(map, YAML_MAP, e) != 0 || yaml_check_keys(map, window_keys, e) != 0 ||
	    read_name(w, map, names, e) != 0 || yaml_text(yaml_get(map, "why"), &why, e) != 0 ||
	    (repeat && read_word(repeat, repeats, "repeat", &kind, e) != 0))
		return -1;
	w->repeat = (enum window_repeat)kind;
	if (check_kind(map, w->repeat, e) != 0 || matchers_read(&w->match, match, e) != 0)
		return -1;
	if (w->match.n == 0) /* everything is written as alertname=~".*" */
		return wrong(match ? match : map, e,
			     "'match' with at least one matcher is missing");
	return w->repeat == REPEAT_ONCE ? read_once(w, map, e) : read_repeating(w, map, e);
}

static int read_windows(struct maintenance *m, const struct yaml_node *list, struct err *e)
{
	struct map names;
	int rc = 0;

	map_init(&names);
	m->windows = mem_zalloc((list->n + 1) * sizeof *m->windows);
	m->now = mem_array(NULL, list->n + 1, sizeof *m->now);
	for (size_t i = 0; rc == 0 && i < list->n; i++)
		rc = read_window(&m->windows[m->n++], list->items[i], &names, e);
	map_release(&names);
	return rc;
}

static int read_document(struct maintenance *m, const struct yaml_node *root, struct err *e)
{
	const struct yaml_node *windows = yaml_get(root, "windows");
	int64_t version = 1;

	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, top_keys, e) != 0 ||
	    yaml_i64(yaml_get(root, "version"), 1, 1, &version, e) != 0)
		return -1;
	if (!windows)
		return wrong(root, e, "'windows' is missing");
	if (yaml_expect(windows, YAML_LIST, e) != 0)
		return -1;
	if (windows->n > WINDOWS_MAX)
		return wrong(windows, e, "more than 1000 windows");
	return read_windows(m, windows, e);
}

static struct maintenance *build(struct yaml *y, struct err *e)
{
	struct maintenance *m;

	if (!y)
		return NULL;
	m = mem_zalloc(sizeof *m); /* lo and hi are equal: nothing is known of any time */
	if (read_document(m, yaml_root(y), e) != 0) {
		maintenance_free(m);
		m = NULL;
	}
	yaml_free(y);
	return m;
}

struct maintenance *maintenance_load(const char *path, struct err *e)
{
	return build(yaml_load(path, e), e);
}

struct maintenance *maintenance_parse(struct span text, struct err *e)
{
	return build(yaml_parse(text, e), e);
}
