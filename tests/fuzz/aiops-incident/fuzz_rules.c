/*
 * The rules of notifications, and a letter made of the same bytes as each channel sends it.
 *
 * Held: who is told is one of the channels; hours and silences end; bodies for Slack and PagerDuty
 * are JSON, Slack's with no '<' of the letter's; a mail has our headers only, and lines that may be
 * sent.
 */
#include "aiops-incident/notify/rules.h"

#include "../fuzz.h"
#include "aiops-incident/notify/send.h"
#include "base/instant.h"
#include "base/utf8.h"
#include "record/record.h"

enum { CHANNELS_MAX = 64 };
#define T0 (INT64_C(1795251600) * NS_PER_S)

static void check_channels(const size_t *list, size_t n, const struct notify_rules *r)
{
	for (size_t i = 0; i < n && i < CHANNELS_MAX; i++) {
		FUZZ_CHECK(list[i] < r->n_channels);
		for (size_t k = 0; k < i; k++)
			FUZZ_CHECK(list[k] != list[i]);
	}
}

static void check_rules(const struct notify_rules *r)
{
	static const struct span services[] = {{"orders-db", 9}, {"cart", 4}};
	size_t list[CHANNELS_MAX];
	int64_t after_ms;

	for (size_t i = 0; i < r->n_channels; i++)
		FUZZ_CHECK(channel_named(r, r->channels[i].name) == i);
	for (int hour = 0; hour < 24 * 8; hour += 5) {
		struct subject s = {services,
				    2,
				    SPAN("connection_exhaustion"),
				    (enum severity)(hour % (SEVERITY_CRITICAL + 1)),
				    hour % 2 == 0,
				    T0 + hour * 3600 * NS_PER_S};
		size_t n = notify_rules_route(r, &s, list, CHANNELS_MAX);

		FUZZ_CHECK(n <= CHANNELS_MAX);
		check_channels(list, n, r);
		for (size_t step = 0; step < 3; step++) {
			n = notify_rules_escalate(r, &s, step, list, CHANNELS_MAX, &after_ms);
			if (n == SIZE_MAX)
				break;
			check_channels(list, n, r);
			FUZZ_CHECK(after_ms >= 0);
		}
		FUZZ_CHECK(notify_rules_silent_until(r, s.severity, s.at_ns) >= s.at_ns);
		for (size_t i = 0; i < r->n_rotations; i++) {
			size_t who = rotation_at(&r->rotations[i], s.at_ns);

			FUZZ_CHECK(who == SIZE_MAX || who < r->n_people);
		}
	}
}

static void check_json(struct buf *body)
{
	static struct record *r;
	struct err e = ERR_INIT;
	enum reject_code why;
	char *copy = fuzz_copy(buf_span(body), RECORD_PADDING);

	r = r ? r : record_new(8u << 20);
	FUZZ_CHECK(record_parse(r, copy, body->len, &why, &e) == 0);
	free(copy);
}

/* RFC 5322, 2.1.1 and 2.2: lines of at most 998 bytes between CR LF, and headers that are ours. */
static void check_mail(struct span mail)
{
	static const char *const headers[] = {"From:",           "To:",
					      "Subject:",        "Date:",
					      "Message-ID:",     "In-Reply-To:",
					      "References:",     "MIME-Version:",
					      "Content-Type:",   "Content-Transfer-Encoding:",
					      "Auto-Submitted:", " "};
	bool head = true;

	while (mail.len) {
		const char *end = memmem(mail.data, mail.len, "\r\n", 2);
		struct span line = span_of(mail.data, end ? (size_t)(end - mail.data) : mail.len);
		bool ours = false;

		FUZZ_CHECK(end && line.len <= 998);
		FUZZ_CHECK(!memchr(line.data, '\n', line.len) &&
			   !memchr(line.data, '\r', line.len));
		if (line.len == 0)
			head = false;
		for (size_t i = 0; head && i < sizeof headers / sizeof *headers; i++)
			ours |= span_starts(line, headers[i]);
		if (head && !ours)
			(void)fprintf(stderr, "header: %.*s\n", (int)line.len, line.data);
		FUZZ_CHECK(!head || ours);
		mail = span_of(end + 2, mail.len - line.len - 2);
	}
}

static void check_bodies(struct span text)
{
	static const struct span to[] = {{"a@b.example", 11}};
	struct channel mail = {.name = SPAN("m"),
			       .kind = CHANNEL_SMTP,
			       .from = SPAN("aiops@b.example"),
			       .to = to,
			       .n_to = 1};
	struct buf out = BUF_INIT(8u << 20);

	for (int event = 0; event < EVENTS; event++) {
		struct letter l = {.id = 5,
				   .incident = SPAN("INC-7Q2M7Q2M7Q2M7Q2M"),
				   .channel = SPAN("m"),
				   .record_id = text,
				   .subject = text,
				   .text = text,
				   .body = SPAN("{\"run\":\"RUN-1\"}"),
				   .event = (enum event)event,
				   .severity = SEVERITY_HIGH,
				   .created_ns = T0};

		slack_body(&l, event % 2, &out);
		check_json(&out);
		FUZZ_CHECK(!memchr(out.data, '<', out.len) || !memchr(text.data, '<', text.len) ||
			   !span_find(buf_span(&out), SPAN("<!")));
		buf_clear(&out);
		pagerduty_body(&l, SPAN("key"), &out);
		check_json(&out);
		buf_clear(&out);
		mail_body(&mail, &l, &out);
		check_mail(buf_span(&out));
		buf_clear(&out);
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct err e = ERR_INIT;
	struct notify_rules r;

	if (notify_rules_parse(&r, text, &e) == 0)
		check_rules(&r);
	else
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	notify_rules_release(&r);
	if (utf8_valid_prefix(text) == size && !memchr(text.data ? text.data : "", '\0', size))
		check_bodies(text);
	return 0;
}
