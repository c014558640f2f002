#include "breaker/breaker.h"

#include <string.h>

const struct breaker_policy breaker_calls = {
	.window_calls = 20,
	.minimum_calls = 10,
	.failure_ratio = .5,
	.consecutive_failures = 3,
	.slow_ratio = 2,
	.open_ms = 30 * 1000,
	.open_max_ms = 10 * 60 * 1000,
	.trials = 1,
	.trial_ms = 60 * 1000,
};

static void forget_outcomes(struct breaker *b)
{
	b->first = b->n = b->in_row = 0;
}

static void enter(struct breaker *b, enum breaker_state state, int64_t now_ms)
{
	b->state = state;
	b->since_ms = now_ms;
	b->generation++;
	b->trials_ended = b->trials_failed = b->trials_slow = 0;
	memset(b->leases, 0, sizeof b->leases);
}

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t at_least(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void open_for(struct breaker *b, const struct breaker_policy *p, int64_t now_ms, bool again)
{
	int64_t longest = at_least(p->open_max_ms, p->open_ms);
	int64_t ms = at_least(b->open_ms, p->open_ms);

	b->open_ms = again ? at_most(ms > longest / 2 ? longest : ms * 2, longest)
			   : at_most(ms, longest);
	forget_outcomes(b);
	enter(b, BREAKER_OPEN, now_ms);
}

/* ---- closed ---- */

static void drop_oldest(struct breaker *b)
{
	b->first = (b->first + 1) % BREAKER_WINDOW_MAX;
	b->n--;
}

static void add_outcome(struct breaker *b, const struct breaker_policy *p, struct breaker_outcome o)
{
	while (b->n > 0 && b->n >= p->window_calls)
		drop_oldest(b);
	b->outcomes[(b->first + b->n++) % BREAKER_WINDOW_MAX] = o;
	b->in_row = o.failed ? b->in_row + 1 : 0;
	while (p->window_ms > 0 && b->n > 0 &&
	       o.at_ms - b->outcomes[b->first].at_ms > p->window_ms) {
		drop_oldest(b);
		b->in_row = b->in_row > b->n ? b->n : b->in_row;
	}
}

static bool must_open(const struct breaker *b, const struct breaker_policy *p)
{
	int failed = 0, slow = 0;

	if (p->consecutive_failures > 0 && b->in_row >= p->consecutive_failures)
		return true;
	if (b->n < p->minimum_calls || b->n == 0)
		return false;
	for (int i = 0; i < b->n; i++) {
		const struct breaker_outcome *o = &b->outcomes[(b->first + i) % BREAKER_WINDOW_MAX];

		failed += o->failed;
		slow += o->slow;
	}
	return failed >= p->failure_ratio * b->n || slow >= p->slow_ratio * b->n;
}

/* ---- half-open ---- */

static int trials_of(const struct breaker_policy *p)
{
	return p->trials < 1 ? 1 : p->trials > BREAKER_TRIALS_MAX ? BREAKER_TRIALS_MAX : p->trials;
}

static bool decided(const struct breaker *b, const struct breaker_policy *p)
{
	return b->trials_ended >= trials_of(p) || (p->one_decides && b->trials_failed > 0);
}

/* Enough trials have ended: their shares decide. True: it opened again. */
static bool decide(struct breaker *b, const struct breaker_policy *p, int64_t now_ms)
{
	double n = b->trials_ended;
	/* One trial that fails is a failure also where the ratio is above 1. */
	bool failed = b->trials_failed > 0 &&
		      (p->one_decides || b->trials_failed >= p->failure_ratio * n ||
		       b->trials_failed == b->trials_ended);

	if (failed || (b->trials_slow > 0 && b->trials_slow >= p->slow_ratio * n)) {
		open_for(b, p, now_ms, true);
		return true;
	}
	b->open_ms /= 2;
	forget_outcomes(b);
	enter(b, BREAKER_CLOSED, now_ms);
	return false;
}

/* Leases that ran out are failures: their holders died, or hang. */
static void expire_leases(struct breaker *b, const struct breaker_policy *p, int64_t now_ms)
{
	for (int i = 0; i < BREAKER_TRIALS_MAX; i++) {
		if (b->leases[i] == 0 || b->leases[i] > now_ms)
			continue;
		b->leases[i] = 0;
		b->trials_ended++;
		b->trials_failed++;
	}
	if (decided(b, p))
		(void)decide(b, p, now_ms);
}

static bool try_half_open(struct breaker *b, const struct breaker_policy *p, int64_t now_ms,
			  struct breaker_permit *permit, int64_t *retry_ms)
{
	int64_t next = INT64_MAX;
	int place = -1, held = 0;

	for (int i = BREAKER_TRIALS_MAX - 1; i >= 0; i--) {
		if (b->leases[i] == 0) {
			place = i;
			continue;
		}
		held++;
		next = at_most(next, b->leases[i] - now_ms);
	}
	if (held + b->trials_ended >= trials_of(p) || place < 0 ||
	    (p->trials_at_once > 0 && held >= p->trials_at_once)) {
		*retry_ms = next;
		return false;
	}
	b->leases[place] = at_least(now_ms + at_least(p->trial_ms, 1), 1);
	*permit = (struct breaker_permit){b->generation, place, b->leases[place]};
	return true;
}

/* ---- the interface ---- */

static bool open_is_over(const struct breaker *b, int64_t now_ms, int64_t *left_ms)
{
	/* A clock that went back: count from now, never longer than the opening. */
	int64_t since = at_most(b->since_ms, now_ms);

	*left_ms = b->open_ms - (now_ms - since);
	return *left_ms <= 0;
}

void breaker_tick(struct breaker *b, const struct breaker_policy *p, int64_t now_ms)
{
	if (b->state == BREAKER_HALF_OPEN)
		expire_leases(b, p, now_ms);
}

bool breaker_try(struct breaker *b, const struct breaker_policy *p, int64_t now_ms,
		 struct breaker_permit *permit, int64_t *retry_ms)
{
	int64_t left;

	breaker_tick(b, p, now_ms);
	if (b->state == BREAKER_OPEN) {
		if (!open_is_over(b, now_ms, &left)) {
			b->since_ms = at_most(b->since_ms, now_ms);
			*retry_ms = left;
			return false;
		}
		enter(b, BREAKER_HALF_OPEN, now_ms);
	}
	switch (b->state) {
	case BREAKER_HALF_OPEN:
		return try_half_open(b, p, now_ms, permit, retry_ms);
	case BREAKER_FORCED_OPEN:
		*retry_ms = INT64_MAX;
		return false;
	case BREAKER_CLOSED:
	case BREAKER_DISABLED:
	case BREAKER_OPEN:
		break;
	}
	*permit = (struct breaker_permit){b->generation, -1, 0};
	return true;
}

static bool report_trial(struct breaker *b, const struct breaker_policy *p,
			 struct breaker_permit permit, enum breaker_result result, bool slow,
			 int64_t now_ms)
{
	/* One whose lease ran out has been counted. */
	if (permit.lease < 0 || b->leases[permit.lease] != permit.lease_end_ms)
		return false;
	b->leases[permit.lease] = 0;
	if (result == BREAKER_NOT_MADE)
		return false;
	b->trials_ended++;
	b->trials_failed += result == BREAKER_FAILED;
	b->trials_slow += slow;
	return decided(b, p) && decide(b, p, now_ms);
}

bool breaker_report(struct breaker *b, const struct breaker_policy *p, struct breaker_permit permit,
		    enum breaker_result result, int64_t took_ms, int64_t now_ms)
{
	bool slow = p->slow_ms > 0 && took_ms > p->slow_ms;

	if (permit.generation != b->generation)
		return false;
	if (b->state == BREAKER_HALF_OPEN)
		return report_trial(b, p, permit, result, slow, now_ms);
	if (b->state != BREAKER_CLOSED || result == BREAKER_NOT_MADE)
		return false;
	add_outcome(b, p, (struct breaker_outcome){now_ms, result == BREAKER_FAILED, slow});
	if (!must_open(b, p))
		return false;
	open_for(b, p, now_ms, false);
	return true;
}

void breaker_set(struct breaker *b, enum breaker_state state, int64_t now_ms)
{
	forget_outcomes(b);
	b->open_ms = 0;
	enter(b, state, now_ms);
}

bool breaker_same(const struct breaker *a, const struct breaker *b)
{
	bool same = a->state == b->state && a->since_ms == b->since_ms &&
		    a->open_ms == b->open_ms && a->generation == b->generation &&
		    a->in_row == b->in_row && a->first == b->first && a->n == b->n &&
		    a->trials_ended == b->trials_ended && a->trials_failed == b->trials_failed &&
		    a->trials_slow == b->trials_slow &&
		    memcmp(a->leases, b->leases, sizeof a->leases) == 0;

	for (size_t i = 0; same && i < BREAKER_WINDOW_MAX; i++)
		same = a->outcomes[i].at_ms == b->outcomes[i].at_ms &&
		       a->outcomes[i].failed == b->outcomes[i].failed &&
		       a->outcomes[i].slow == b->outcomes[i].slow;
	return same;
}
