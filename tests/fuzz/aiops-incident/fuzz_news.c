/*
 * What there is to tell of a record, and an action of Slack as it comes by HTTP.
 *
 * Held: a subject is one short line, and the JSON is one object, whatever a record says; an action
 * that is accepted names a run and a user, in characters that no programme takes for anything else.
 */
#include "aiops-incident/notify/news.h"

#include "../fuzz.h"
#include "aiops-incident/serve/slack.h"

static struct record *parser;

static void check_words(const struct news *n)
{
	struct buf subject = BUF_INIT(1u << 20), text = BUF_INIT(4u << 20),
		   json = BUF_INIT(8u << 20);
	struct record *r = record_new(8u << 20);
	struct err e = ERR_INIT;
	enum reject_code why;
	char *copy;

	news_subject(n, &subject);
	news_text(n, &text);
	FUZZ_CHECK(!memchr(subject.data, '\n', subject.len) &&
		   !memchr(subject.data, '\r', subject.len));
	FUZZ_CHECK(subject.len <= 4 * 200 + 16);
	news_json(n, buf_span(&subject), buf_span(&text), &json);
	copy = fuzz_copy(buf_span(&json), RECORD_PADDING);
	FUZZ_CHECK(record_parse(r, copy, json.len, &why, &e) == 0);
	free(copy);
	record_free(r);
	buf_release(&subject);
	buf_release(&text);
	buf_release(&json);
}

static void check_record(struct span line)
{
	char *copy = fuzz_copy(line, RECORD_PADDING);
	struct news n = {.event = EVENTS};
	struct err e = ERR_INIT;
	enum reject_code why;

	if (record_parse(parser, copy, line.len, &why, &e) == 0) {
		if (news_of_incident(&n, parser)) {
			n.event = EVENT_OPENED;
			FUZZ_CHECK(n.incident.len > 0 && n.n_services <= NEWS_SERVICES);
			check_words(&n);
		}
		n = (struct news){.event = EVENTS};
		if (news_of_run(&n, parser)) {
			FUZZ_CHECK(n.event < EVENTS && n.run.len > 0);
			check_words(&n);
		}
	}
	free(copy);
}

static void check_action(struct span body)
{
	struct slack_action a;
	struct pool pool = {NULL};
	struct err e = ERR_INIT;

	if (slack_action_parse(body, &pool, &a, &e) == 0) {
		FUZZ_CHECK(a.user.len > 0 && a.run.len > 0);
		FUZZ_CHECK(!memchr(a.run.data, '\0', a.run.len) && a.run.data[0] != '-');
		FUZZ_CHECK(!memchr(a.user.data, '\0', a.user.len));
	} else {
		FUZZ_CHECK(e.code == EX_BADDATA && *e.text);
	}
	pool_release(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	parser = parser ? parser : record_new(1u << 20);
	check_record(text);
	check_action(text);
	return 0;
}
