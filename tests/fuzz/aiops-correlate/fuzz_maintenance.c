/*
 * A file of maintenance windows, asked about many moments.
 *
 * Held: a window is as it is until the moment that it names as its next, and has been since that
 * which it names as its last; looking finds the windows that are active, and no others.
 */
#include "aiops-correlate/suppress/maintenance.h"

#include "../fuzz.h"
#include "base/instant.h"

#define T0 (INT64_C(1795251600) * NS_PER_S)

static void check_window(const struct window *w, int64_t at_ns)
{
	bool active = window_is_active(w, at_ns);
	int64_t next = window_next(w, at_ns), last = window_last(w, at_ns);

	FUZZ_CHECK(w->name && w->for_ns >= 0);
	FUZZ_CHECK(next > at_ns && last <= at_ns);
	if (next != INT64_MAX) {
		FUZZ_CHECK(window_is_active(w, next - 1) == active);
		FUZZ_CHECK(window_is_active(w, at_ns + (next - at_ns) / 2) == active);
	} else {
		FUZZ_CHECK(!active || window_is_active(w, at_ns + 86400 * NS_PER_S));
	}
	if (last != INT64_MIN)
		FUZZ_CHECK(window_is_active(w, last) == active);
	if (active)
		FUZZ_CHECK(window_end(w, at_ns) > at_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a quiet time, both changes of the clocks of 2026, the end of a month and of a leap year
	 */
	static const int64_t moments[] = {T0,
					  T0 + 3600 * NS_PER_S,
					  INT64_C(1774746000) * NS_PER_S,
					  INT64_C(1792890000) * NS_PER_S - 1,
					  INT64_C(1793487599) * NS_PER_S,
					  INT64_C(1861919999) * NS_PER_S};
	struct err e = ERR_INIT;
	struct maintenance *m = maintenance_parse(span_of((const char *)data, size), &e);

	if (!m) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
		return 0;
	}
	for (size_t k = 0; k < sizeof moments / sizeof *moments; k++) {
		size_t active = 0;

		maintenance_look(m, moments[k]);
		for (size_t i = 0; i < m->n; i++) {
			check_window(&m->windows[i], moments[k]);
			active += window_is_active(&m->windows[i], moments[k]);
		}
		FUZZ_CHECK(m->n_now == active);
	}
	maintenance_free(m);
	return 0;
}
