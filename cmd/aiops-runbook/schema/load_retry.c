/*
 * `retry`: how often, how far apart, and for which causes.
 */
#include "aiops-runbook/schema/load.h"

#include <string.h>

#include "base/num.h"

/* "timeout", "exit:N", "signal:N", and of requests "status:N", "no_connection", "no_answer". */
static bool parse_cause(struct span text, struct retry_on *out)
{
	static const struct {
		const char *word; /* a number follows behind ':' */
		enum retry_cause cause;
		int min, max;
	} causes[] = {
		{"timeout", RETRY_TIMEOUT, 0, 0},
		{"exit:", RETRY_EXIT, 1, 255},
		{"signal:", RETRY_SIGNAL, 1, 64},
		{"status:", RETRY_STATUS, 100, 599},
		{"no_connection", RETRY_NO_CONNECTION, 0, 0},
		{"no_answer", RETRY_NO_ANSWER, 0, 0},
	};
	struct err ignored = ERR_INIT;
	int64_t n = 0;

	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
		size_t len = strlen(causes[i].word);

		if (causes[i].max ? !span_starts(text, causes[i].word)
				  : !span_is(text, causes[i].word))
			continue;
		if (causes[i].max && num_parse_i64(span_of(text.data + len, text.len - len),
						   causes[i].min, causes[i].max, &n, &ignored) != 0)
			return false;
		*out = (struct retry_on){.cause = causes[i].cause, .number = (int)n};
		return true;
	}
	return false;
}

static bool is_of_http(enum retry_cause cause)
{
	return cause == RETRY_STATUS || cause == RETRY_NO_CONNECTION || cause == RETRY_NO_ANSWER;
}

static void load_causes(struct reader *r, const struct yaml_node *n, bool http, struct retry *out)
{
	struct words words = {0};

	if (!read_words(r, n, &words))
		return;
	out->on = pool_array(&r->rb->pool, words.n, sizeof *out->on);
	for (size_t i = 0; i < words.n; i++) {
		struct retry_on *on = &out->on[out->n_on];

		if (parse_cause(words.items[i], on) &&
		    (on->cause == RETRY_TIMEOUT || is_of_http(on->cause) == http))
			out->n_on++;
		else
			finding_add(r->f, RB002, node_pos(n), "expected timeout, %s, found '%.40s'",
				    http ? "status:N, no_connection or no_answer"
					 : "exit:N or signal:N",
				    words.items[i].data);
	}
}

void load_retry(struct reader *r, const struct yaml_node *n, bool http, struct retry *out)
{
	static const char *const keys[] = {"max_attempts",
					   "initial_interval",
					   "backoff",
					   "max_interval",
					   "jitter",
					   "on",
					   NULL};

	*out = (struct retry){.max_attempts = 1, .backoff = 1, .max_ms = STEP_TIMEOUT_MAX_MS};
	if (!read_is(r, n, YAML_MAP))
		return;
	out->given = true;
	out->at = node_pos(n);
	read_keys(r, n, keys, NULL);
	(void)read_i64(r, read_required(r, n, "max_attempts"), 1, 1000, &out->max_attempts);
	(void)read_duration(r, yaml_get(n, "initial_interval"), 0, STEP_TIMEOUT_MAX_MS,
			    &out->initial_ms);
	(void)read_double(r, yaml_get(n, "backoff"), 1, 10, &out->backoff);
	(void)read_duration(r, yaml_get(n, "max_interval"), 0, STEP_TIMEOUT_MAX_MS, &out->max_ms);
	(void)read_double(r, yaml_get(n, "jitter"), 0, 1, &out->jitter_ratio);
	load_causes(r, yaml_get(n, "on"), http, out);
}
