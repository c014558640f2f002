/*
 * Mail: whatever the texts hold, a message has the headers that we gave it and no others, its lines
 * end in CR LF, and none is longer than RFC 5322 allows.
 */
#include "net/mail.h"

#include "../fuzz.h"

enum { LINE_MAX_BYTES = 998 };

static const char *const headers[] = {"From:",          "To:",
				      "Subject:",       "Date:",
				      "Message-ID:",    "In-Reply-To:",
				      "References:",    "MIME-Version:",
				      "Content-Type:",  "Content-Transfer-Encoding:",
				      "Auto-Submitted:"};

static void check_header(struct span line)
{
	bool ours = line.data[0] == ' ' || line.data[0] == '\t'; /* goes on */

	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		ours |= span_starts(line, headers[i]);
	FUZZ_CHECK(ours);
}

static void check_message(struct span message)
{
	bool body = false;

	while (message.len > 0) {
		const char *end = memchr(message.data, '\n', message.len);
		size_t n;

		FUZZ_CHECK(end && end > message.data && end[-1] == '\r');
		n = (size_t)(end - message.data) - 1;
		FUZZ_CHECK(n <= LINE_MAX_BYTES && !memchr(message.data, '\r', n));
		for (size_t i = 0; i < n; i++)
			FUZZ_CHECK((uint8_t)message.data[i] >= ' ' || message.data[i] == '\t');
		FUZZ_CHECK(!(body && n == 1 && message.data[0] == '.'));
		if (n == 0)
			body = true;
		else if (!body)
			check_header(span_of(message.data, n));
		message = span_of(end + 1, message.len - n - 2);
	}
	FUZZ_CHECK(body);
}

/* An address as the caller may give it: visible bytes, and not too many. */
static struct span address(struct span s, char out[static 200])
{
	size_t n = 0;

	for (size_t i = 0; i < s.len && n < 200; i++)
		if ((uint8_t)s.data[i] > ' ' && s.data[i] != 0x7F)
			out[n++] = s.data[i];
	return span_of(out, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct mail_text m = {.n_to = 2};
	struct span to[2];
	char names[3][200];
	struct buf out = BUF_INIT(64 * size + 4096);

	m.date = instant_from_ns((int64_t)(fuzz_u64(&in) % (uint64_t)INSTANT_BEHIND_NS));
	m.from = address(fuzz_until(&in, '\0'), names[0]);
	to[0] = address(fuzz_until(&in, '\0'), names[1]);
	to[1] = SPAN("ops@example.org");
	m.to = to;
	m.subject = fuzz_until(&in, '\0');
	m.id = address(fuzz_until(&in, '\0'), names[2]);
	m.thread = fuzz_byte(&in) & 1 ? SPAN("INC-7Q2M@example.org") : SPAN_NONE;
	m.text = fuzz_rest(&in);
	mail_compose(&m, &out);
	FUZZ_CHECK(!buf_overflowed(&out));
	check_message(buf_span(&out));
	buf_release(&out);
	return 0;
}
