/*
 * Lines of records: the reference, and behind a line "%%" the current window. Profiles among them
 * are merged.
 *
 * Held: what is measured is in its range, whatever the numbers; what is reported is a record of the
 * schema; a profile that is read is written as the same.
 */
#include "aiops-drift/compare/feature.h"

#include <math.h>

#include "../fuzz.h"
#include "aiops-drift/compare/analysis.h"
#include "aiops-drift/compare/report.h"
#include "aiops-drift/compare/verdict.h"
#include "aiops-drift/profile/profile_record.h"
#include "base/instant.h"
#include "record/event.h"

enum { FEATURES = 20, VALUES = 4000 };

static bool is_share(double x)
{
	return !(x < 0 || x > 1); /* NAN where there is none */
}

static void check_record(struct span text)
{
	static struct record *r;
	char *copy = fuzz_copy(text, RECORD_PADDING);
	struct err e = ERR_INIT;
	enum reject_code why;

	r = r ? r : record_new(PROFILE_RECORD_MAX);
	if (record_parse(r, copy, text.len, &why, &e) != 0 || event_validate(r, &e) != 0)
		(void)fprintf(stderr, "%s: %.*s\n", e.text, (int)text.len, text.data);
	FUZZ_CHECK(e.code == 0);
	free(copy);
}

static struct side side_of(struct feature *f, enum window_id id)
{
	struct window *w = &f->windows[id];

	return (struct side){&w->sample, w->texts, w->booleans, w->sketch};
}

static void check_feature(struct feature *f)
{
	static const struct analysis_options options = {0.05, true, 1000, 0.01};
	struct side ref = side_of(f, WINDOW_REFERENCE), cur = side_of(f, WINDOW_CURRENT);
	struct report report = {RULE_DEFAULT, ADJUST_BH, 0.05, INT64_C(1700000000) * NS_PER_S};
	struct buf out = BUF_INIT(1u << 22);
	struct verdict verdict;
	struct analysis a = analyse(&ref, &cur, f->categories, &options);
	struct result result = {f, &a, &verdict};

	verdict_adjust(ADJUST_BH, &a, &verdict, 1);
	verdict_decide(&a, RULE_DEFAULT, 0.05, &verdict);
	if (a.both) {
		FUZZ_CHECK(is_share(a.values_p) && is_share(a.missing_p));
		FUZZ_CHECK(a.category || is_share(a.ks.d));
		FUZZ_CHECK(!(a.js < 0) && !(a.psi.psi < 0) && !(a.wasserstein < 0));
	}
	report_drift(&report, &result, &out);
	check_record(buf_span(&out));
	analysis_release(&a);
	buf_release(&out);
}

/* What is read of a profile's record is written so that it is read again. */
static void check_profile(const struct record *r)
{
	struct profile p, q;
	struct window w = {.timed = false}, v = {.timed = false};
	struct err e = ERR_INIT;
	uint64_t n = 0;

	if (!profile_record_is(r))
		return;
	if (profile_record_read(r, &p, &w, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
		return;
	}
	for (size_t k = 0; k < p.n_knots; k++) {
		FUZZ_CHECK(k == 0 || p.knots[k - 1] < p.knots[k]);
		n += p.at[k] + p.cells[k];
	}
	n += p.n_knots ? p.cells[p.n_knots] : 0;
	FUZZ_CHECK(n == profile_up_to(&p, INFINITY).high);
	FUZZ_CHECK(is_share(profile_error(&p)));
	for (uint64_t k = 1; k <= n && k < 3; k++) {
		double low, high;

		profile_order(&p, k, &low, &high);
		FUZZ_CHECK(low <= high);
	}
	FUZZ_CHECK(profile_record_read(r, &q, &v, &e) == 0);
	profile_merge(&q, &p);
	FUZZ_CHECK(profile_up_to(&q, INFINITY).high == 2 * n);
	profile_release(&p);
	profile_release(&q);
}

static void observe(struct features *f, struct span line, enum window_id window)
{
	static struct record *r;
	char *copy = fuzz_copy(line, RECORD_PADDING);
	struct err e = ERR_INIT;
	enum reject_code why;

	r = r ? r : record_new(1u << 20);
	if (record_parse(r, copy, line.len, &why, &e) == 0) {
		enum observed what = features_observe(f, r, window, &e);

		FUZZ_CHECK((what == OBSERVED_REFUSED || what == OBSERVED_STOP) == (*e.text != 0));
		check_profile(r);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	enum window_id window = WINDOW_REFERENCE;
	struct err e = ERR_INIT;
	struct grouping grouping;
	struct features f;
	bool texts = fuzz_byte(&in) == 't';

	FUZZ_CHECK(grouping_init(&grouping, texts ? "labels.x" : NULL, NULL, 0, &e) == 0);
	features_init(&f, &(struct features_options){.grouping = &grouping,
						     .max_features = FEATURES,
						     .max_values = VALUES,
						     .max_categories = 50});
	while (in.left) {
		struct span line = fuzz_until(&in, '\n');

		if (span_is(line, "%%"))
			window = WINDOW_CURRENT;
		else
			observe(&f, line, window);
	}
	FUZZ_CHECK(f.n <= FEATURES && f.values <= VALUES);
	for (size_t i = 0; i < f.n; i++)
		check_feature(f.items[i]);
	features_release(&f);
	grouping_release(&grouping);
	return 0;
}
