/*
 * People and rotations.
 */
#include "aiops-incident/notify/rules_impl.h"

#include "base/instant.h"

size_t person_named(const struct notify_rules *r, struct span name)
{
	for (size_t i = 0; i < r->n_people; i++) {
		if (span_eq(r->people[i].name, name))
			return i;
	}
	return SIZE_MAX;
}

size_t rotation_named(const struct notify_rules *r, struct span name)
{
	for (size_t i = 0; i < r->n_rotations; i++) {
		if (span_eq(r->rotations[i].name, name))
			return i;
	}
	return SIZE_MAX;
}

int read_people(struct notify_rules *r, const struct yaml_node *map, struct err *e)
{
	struct person *people;

	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0)
		return -1;
	people = pool_array(&r->pool, map->n, sizeof *people);
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_node *n = map->pairs[i].value;
		const struct span *names;
		size_t *channels, count;

		if (read_texts(r, n, &names, &count, e) != 0)
			return -1;
		channels = pool_array(&r->pool, count, sizeof *channels);
		for (size_t k = 0; k < count; k++) {
			channels[k] = channel_named(r, names[k]);
			if (channels[k] == SIZE_MAX)
				return err_set_at(e, EX_BADCONFIG, n->line, n->col,
						  "there is no channel '%.80s'", names[k].data);
		}
		people[i] = (struct person){map->pairs[i].key, channels, count};
	}
	r->people = people;
	r->n_people = map->n;
	return 0;
}

/* ---- rotations ---- */

/* "2026-11-16T09:00" by the clock of the zone, or a whole RFC 3339 time. */
static int read_time(const struct notify_rules *r, const struct yaml_node *n, int64_t *out,
		     struct err *e)
{
	struct buf full = BUF_INIT(64);
	struct err bad = ERR_INIT;
	struct instant at;
	struct span text;
	struct civil c;
	int rc;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	if (instant_parse(text, &at, &bad) == 0) {
		*out = at.ns;
		return 0;
	}
	buf_add_span(&full, text);
	buf_add_cstr(&full, text.len == 10 ? "T00:00:00Z" : ":00Z");
	err_clear(&bad);
	rc = instant_parse(buf_span(&full), &at, &bad);
	buf_release(&full);
	if (rc != 0)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col,
				  "'%.60s' is no time: 2026-11-16T09:00 (in the file's zone)",
				  text.data);
	c = instant_civil(at);
	*out = zone_instant(&r->zone, &c);
	return 0;
}

static int read_shift(struct notify_rules *r, const struct yaml_node *n, struct shift *s,
		      struct err *e)
{
	static const char *const keys[] = {"from", "until", "who", NULL};
	const struct yaml_node *until;
	struct span who = SPAN_NONE;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, keys, e) != 0)
		return -1;
	until = yaml_get(n, "until");
	*s = (struct shift){.until_ns = INT64_MAX, .line = n->line};
	if (!yaml_get(n, "from") || !yaml_get(n, "who"))
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "a shift needs from and who");
	if (read_time(r, yaml_get(n, "from"), &s->from_ns, e) != 0 ||
	    (until && read_time(r, until, &s->until_ns, e) != 0) ||
	    yaml_text(yaml_get(n, "who"), &who, e) != 0)
		return -1;
	s->person = person_named(r, who);
	if (s->person == SIZE_MAX)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "'%.80s' is not among people",
				  who.data);
	if (s->until_ns <= s->from_ns)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "a shift ends after it begins");
	return 0;
}

static void add_local(struct buf *out, const struct notify_rules *r, int64_t ns)
{
	struct civil c = zone_civil(&r->zone, ns);

	buf_addf(out, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

/* A shift without an end goes on until the next begins; with one, the next begins there. */
static int fit(const struct notify_rules *r, struct span name, struct shift *a,
	       const struct shift *b, struct err *e)
{
	struct buf from = BUF_INIT(32), to = BUF_INIT(32);
	int rc = 0;

	if (a->until_ns == INT64_MAX)
		a->until_ns = b->from_ns;
	add_local(&from, r, a->until_ns < b->from_ns ? a->until_ns : b->from_ns);
	add_local(&to, r, a->until_ns < b->from_ns ? b->from_ns : a->until_ns);
	if (b->from_ns <= a->from_ns)
		rc = err_set_at(e, EX_BADCONFIG, b->line, 1,
				"rotation %.60s: shifts stand in the order of time", name.data);
	else if (a->until_ns < b->from_ns)
		rc = err_set_at(e, EX_BADCONFIG, b->line, 1,
				"rotation %.60s: nobody is on call from %s to %s", name.data,
				buf_cstr(&from), buf_cstr(&to));
	else if (a->until_ns > b->from_ns)
		rc = err_set_at(e, EX_BADCONFIG, b->line, 1,
				"rotation %.60s: two are on call from %s to %s", name.data,
				buf_cstr(&from), buf_cstr(&to));
	buf_release(&from);
	buf_release(&to);
	return rc;
}

static int read_rotation(struct notify_rules *r, struct span name, const struct yaml_node *list,
			 struct rotation *out, struct err *e)
{
	struct shift *shifts;

	if (yaml_expect(list, YAML_LIST, e) != 0)
		return -1;
	shifts = pool_array(&r->pool, list->n, sizeof *shifts);
	for (size_t i = 0; i < list->n; i++) {
		if (read_shift(r, list->items[i], &shifts[i], e) != 0 ||
		    (i > 0 && fit(r, name, &shifts[i - 1], &shifts[i], e) != 0))
			return -1;
	}
	*out = (struct rotation){name, shifts, list->n};
	return 0;
}

int read_rotations(struct notify_rules *r, const struct yaml_node *map, struct err *e)
{
	struct rotation *rotations;

	if (!map)
		return 0;
	if (yaml_expect(map, YAML_MAP, e) != 0)
		return -1;
	rotations = pool_array(&r->pool, map->n, sizeof *rotations);
	for (size_t i = 0; i < map->n; i++) {
		if (read_rotation(r, map->pairs[i].key, map->pairs[i].value, &rotations[i], e) != 0)
			return -1;
	}
	r->rotations = rotations;
	r->n_rotations = map->n;
	return 0;
}
