#include "aiops-runbook/lint/budget.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"

/* Each part is bounded by the format (a day, 1000 attempts), and so is their number. */
static double poll_ms(const struct cmd *c, const struct poll *p)
{
	return (double)c->timeout_ms + (p->given ? (double)p->for_ms : 0);
}

static double pauses_ms(const struct retry *r)
{
	double sum = 0, next = (double)r->initial_ms;

	for (int64_t i = 1; i < r->max_attempts; i++) {
		double pause = next < (double)r->max_ms ? next : (double)r->max_ms;

		sum += pause * (1 + r->jitter_ratio);
		next = pause * r->backoff;
	}
	return sum;
}

static double wait_ms(const struct step *s, const struct bindings *b)
{
	struct buf text = BUF_INIT(2 * PARAM_LONGEST);
	struct err ignored = ERR_INIT;
	int64_t ms = 0;

	if (!s->duration.source.data || !template_render(&s->duration, b, &text) ||
	    num_parse_duration_ms(buf_span(&text), &ms, &ignored) != 0)
		ms = 0; /* not known, or until a time */
	buf_release(&text);
	return (double)ms;
}

static double step_ms(const struct step *s, const struct bindings *b)
{
	switch (s->type) {
	case STEP_WAIT:
		return wait_ms(s, b);
	case STEP_VERIFY:
		return poll_ms(&s->command, &s->poll);
	case STEP_COMMAND:
	case STEP_HTTP:
		return (double)s->retry.max_attempts * (double)s->command.timeout_ms +
		       pauses_ms(&s->retry);
	case STEP_MESSAGE:
		break;
	}
	return 0;
}

int64_t budget_longest_ms(const struct runbook *rb, const struct bindings *b)
{
	double sum = 0;

	for (size_t i = 0; i < rb->n_preconditions; i++)
		sum += poll_ms(&rb->preconditions[i].command, &rb->preconditions[i].poll);
	for (size_t i = 0; i < rb->n_steps; i++)
		sum += step_ms(&rb->steps[i], b);
	for (size_t i = 0; i < rb->n_verify; i++)
		sum += poll_ms(&rb->verify[i].command, &rb->verify[i].poll);
	return sum < 9e18 ? (int64_t)sum : INT64_MAX;
}

int64_t budget_longest_by_defaults_ms(const struct runbook *rb)
{
	struct span *params = mem_array(NULL, rb->n_params + 1, sizeof *params);
	struct span *captures = mem_zalloc((rb->n_captures + 1) * sizeof *captures);
	const struct bindings b = {.params = params, .captures = captures, .runbook = rb->id};
	int64_t ms;

	for (size_t i = 0; i < rb->n_params; i++)
		params[i] = rb->params[i].has_default ? rb->params[i].standard : SPAN_NONE;
	ms = budget_longest_ms(rb, &b);
	free(params);
	free(captures);
	return ms;
}
