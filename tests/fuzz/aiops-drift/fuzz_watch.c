/*
 * What a watch is given beside its stream: rules, and its own state.
 *
 * Held: rules that are accepted are within their bounds and apply; a state that is accepted goes
 * on: its series judge numbers and silence, what they tell are records, and it is written so that
 * it is accepted again.
 */
#include "aiops-drift/watch/watch_state.h"

#include <unistd.h>

#include "../fuzz.h"
#include "../memory_file.h"
#include "aiops-drift/watch/watch_judge.h"
#include "base/instant.h"
#include "record/event.h"

static char folder[] = "/tmp/fuzz-XXXXXX", path[sizeof folder + 8], lock[sizeof path + 8];

static void clean(void)
{
	(void)unlink(path);
	(void)unlink(lock);
	(void)rmdir(folder);
}

static void start(void)
{
	if (*path)
		return;
	FUZZ_CHECK(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/s", folder);
	(void)snprintf(lock, sizeof lock, "%s.lock", path);
	(void)atexit(clean);
}

static const struct watch_settings calm = {.anomaly = true,
					   .shift = true,
					   .flat = true,
					   .missing_factor = 3,
					   .season = SEASON_WORKDAY,
					   .false_alarms = 0.5,
					   .resolve_ns = 300 * NS_PER_S,
					   .cool_down_ns = 3600 * NS_PER_S};

static void check_records(struct span lines)
{
	static struct record *r;
	struct fuzz_input in = {lines.data, lines.len};
	struct err e = ERR_INIT;
	enum reject_code why;

	r = r ? r : record_new(1u << 20);
	while (in.left) {
		struct span line = fuzz_until(&in, '\n');
		char *copy = fuzz_copy(line, RECORD_PADDING);

		if (record_parse(r, copy, line.len, &why, &e) != 0 || event_validate(r, &e) != 0)
			(void)fprintf(stderr, "%s: %.*s\n", e.text, (int)line.len, line.data);
		FUZZ_CHECK(e.code == 0);
		free(copy);
	}
}

static void check_series(struct series *s, struct told *told)
{
	static const double values[] = {1, 1.5, 1, -3, 1e300, 0};
	struct own_bound none = {.judged = false};
	int64_t ns = INT64_C(1795251600) * NS_PER_S;

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct point p = s->kind == SERIES_LOGS
					 ? judge_rate(s, ns, values[i] < 0 ? 0 : values[i], told)
				 : s->kind == SERIES_HEARTBEAT
					 ? judge_beat(s, ns, 1000, told)
					 : judge_point(s, ns, values[i], &none, told);

		FUZZ_CHECK(p.state < POINT_STATES);
		FUZZ_CHECK(p.score >= 0 && p.score <= 1e308);
		ns += 60 * NS_PER_S;
	}
	judge_silence(s, ns + 86400 * NS_PER_S, told);
}

static int load(struct watch_state *state, struct series_table *t, struct watch_clock *clock,
		struct err *e)
{
	static const struct watch_rules no_rules;

	*state = WATCH_STATE_INIT;
	*clock = (struct watch_clock){.set = false};
	series_table_init(t, &no_rules, &calm, 100);
	return watch_state_open(state, path, t, NULL, clock, e);
}

static void check_state(struct span text)
{
	struct buf queue = BUF_INIT(1u << 22);
	struct told told = {.queue = &queue};
	struct err e = ERR_INIT, e2 = ERR_INIT;
	struct series_table t;
	struct watch_state state;
	struct watch_clock clock;
	FILE *f = fopen(path, "we");

	FUZZ_CHECK(f && fwrite(text.data, 1, text.len, f) == text.len && fclose(f) == 0);
	if (load(&state, &t, &clock, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	} else {
		for (size_t i = 0; i < t.n; i++)
			if (t.items[i])
				check_series(t.items[i], &told);
		check_records(buf_span(&queue));
		FUZZ_CHECK(watch_state_write(&state, &t, NULL, &clock, &e) == 0);
		watch_state_close(&state);
		series_table_release(&t);
		if (load(&state, &t, &clock, &e2) != 0)
			(void)fprintf(stderr, "%s\n", e2.text);
		FUZZ_CHECK(e2.code == 0);
	}
	watch_state_close(&state);
	series_table_release(&t);
	buf_release(&queue);
}

static void check_rules(struct span text)
{
	static struct memory_file file = {.fd = -1};
	struct place p = {.base = SPAN("disk_used_ratio"), .n = 1};
	struct watch_settings set = calm;
	struct err e = ERR_INIT;
	struct watch_rules rules = {.doc = NULL};

	p.labels[0] = (struct label){SPAN("service"), SPAN("cart")};
	if (watch_rules_load(&rules, memory_file_put(&file, text), &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
		watch_rules_release(&rules);
		return;
	}
	for (size_t i = 0; i < rules.n; i++) {
		const struct watch_rule *r = &rules.items[i];

		(void)watch_rule_matches(r, &p);
		watch_rule_apply(r, &set);
		FUZZ_CHECK(set.pending_ns >= 0 && set.resolve_ns >= 0 && set.cool_down_ns >= 0);
		FUZZ_CHECK(set.zone_s > -86400 && set.zone_s < 86400);
		if (r->has_threshold && !r->has_clear)
			FUZZ_CHECK(watch_rule_breached(r, 5, true) ==
				   watch_breached(r->condition, 5, r->threshold));
	}
	watch_rules_release(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	start();
	if (size && (*data == '{' || *data == '\n'))
		check_state(text);
	else
		check_rules(text);
	return 0;
}
