#include "aiops-incident/measure/measure.h"

#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"

const char *const time_names[TIMES] = {"detect", "acknowledge", "mitigate", "resolve", "impact"};
const char *const time_definitions[TIMES] = {
	"detected - impact began",
	"acknowledged - detected",
	"mitigated or resolved - impact began",
	"resolved - detected",
	"resolved - impact began",
};

void measure_init(struct measure *m, int64_t now_ns)
{
	*m = (struct measure){.now_ns = now_ns};
	map_init(&m->types);
}

static void group_release(struct group *g)
{
	for (int i = 0; i < TIMES; i++)
		free(g->times[i].items);
}

void measure_release(struct measure *m)
{
	group_release(&m->all);
	for (int s = 0; s <= SEVERITY_CRITICAL; s++)
		group_release(&m->by_severity[s]);
	for (struct map_entry *en = map_next(&m->types, NULL); en; en = map_next(&m->types, en)) {
		group_release(en->value.ptr);
		free(en->value.ptr);
	}
	map_release(&m->types);
}

/* ---- adding ---- */

/* From one moment to another, or, if that has not come, until now. Without a beginning there is
 * nothing to count; clocks that go backwards count as 0. */
static void add_time(const struct measure *m, struct durations *d, int64_t from, int64_t to,
		     bool can_still_come)
{
	bool ended = to != INCIDENT_NEVER;
	int64_t end = ended ? to : m->now_ns;

	if (from == INCIDENT_NEVER || (!ended && !can_still_come))
		return;
	mem_grow(d->items, d->cap, d->n + 1);
	d->items[d->n++] = (struct lifetime){
		.length = end > from ? (double)(end - from) / (double)NS_PER_S : 0,
		.ended = ended,
	};
	d->pending += !ended;
}

static void add_times(const struct measure *m, struct group *g, const struct incident *inc)
{
	bool open = status_is_open(inc->status);
	int64_t mitigated =
		inc->mitigated_ns != INCIDENT_NEVER ? inc->mitigated_ns : inc->resolved_ns;

	add_time(m, &g->times[TIME_DETECT], inc->starts_ns, inc->detected_ns, false);
	/* Of what came again: until somebody was on it again. */
	add_time(m, &g->times[TIME_ACKNOWLEDGE],
		 inc->reopened_ns != INCIDENT_NEVER ? inc->reopened_ns : inc->detected_ns,
		 inc->acked_ns, open);
	add_time(m, &g->times[TIME_MITIGATE], inc->starts_ns, mitigated, open);
	add_time(m, &g->times[TIME_RESOLVE], inc->detected_ns, inc->resolved_ns, open);
	add_time(m, &g->times[TIME_IMPACT], inc->starts_ns, inc->resolved_ns, open);
}

static void add_to(const struct measure *m, struct group *g, const struct incident *inc)
{
	bool resolved = inc->status == STATUS_RESOLVED || inc->status == STATUS_POST_MORTEM;

	g->n++;
	g->severities[inc->severity]++;
	g->open += status_is_open(inc->status);
	g->resolved += resolved;
	g->auto_resolved += resolved && inc->auto_resolved;
	g->automated += inc->automated;
	g->false_positive += inc->status == STATUS_FALSE_POSITIVE;
	g->reopened += inc->reopened > 0;
	g->answered += inc->hypothesis.len > 0;
	g->judged += inc->agreed >= 0;
	g->agreed += inc->agreed > 0;
	/* Nothing was wrong: there was no impact to end. */
	if (inc->status != STATUS_FALSE_POSITIVE)
		add_times(m, g, inc);
}

static struct group *type_of(struct measure *m, struct span type)
{
	struct map_entry *en = map_get(&m->types, type);

	if (!en && m->types.live >= MEASURE_TYPES)
		type = SPAN("other");
	en = map_put(&m->types, type, NULL);
	if (!en->value.ptr)
		en->value.ptr = mem_zalloc(sizeof(struct group));
	return en->value.ptr;
}

void measure_add(struct measure *m, const struct incident *inc)
{
	if (inc->merged_into.data)
		return;
	add_to(m, &m->all, inc);
	add_to(m, &m->by_severity[inc->severity], inc);
	add_to(m, type_of(m, inc->type.len ? inc->type : SPAN("unknown")), inc);
}

static void sort_group(struct group *g)
{
	for (int i = 0; i < TIMES; i++)
		survival_sort(g->times[i].items, g->times[i].n);
}

void measure_finish(struct measure *m)
{
	sort_group(&m->all);
	for (int s = 0; s <= SEVERITY_CRITICAL; s++)
		sort_group(&m->by_severity[s]);
	for (struct map_entry *en = map_next(&m->types, NULL); en; en = map_next(&m->types, en))
		sort_group(en->value.ptr);
}
