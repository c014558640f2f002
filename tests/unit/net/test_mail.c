#include "net/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static const struct span to[] = {TEXT("ana@example.org"), TEXT("ben@example.org")};

static struct mail_text text_of(const char *subject, const char *text)
{
	return (struct mail_text){.from = SPAN("aiops@example.org"),
				  .to = to,
				  .n_to = 2,
				  .subject = span_cstr(subject),
				  .text = span_cstr(text),
				  .id = SPAN("one@aiops"),
				  .date = instant_from_ns(0)};
}

static void test_compose_plain(void **state)
{
	struct mail_text m = text_of("all is well", "hello");
	struct buf out = BUF_INIT(10000);

	(void)state;
	mail_compose(&m, &out);
	assert_string_equal(
		buf_cstr(&out),
		"From: aiops@example.org\r\nTo: ana@example.org,\r\n ben@example.org\r\n"
		"Subject: all is well\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\n"
		"Message-ID: <one@aiops>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n"
		"\r\naGVsbG8=\r\n");
	buf_release(&out);
}

/* Whatever a subject is: no line of it is a header of its own, and none is longer than 76 + CR LF.
 */
static void test_compose_hostile_subjects(void **state)
{
	static const char *const subjects[] = {
		"x\r\nBcc: all@example.org",
		"x\nBcc: all@example.org",
		"=?utf-8?Q?x=0D=0ABcc:_a?=",
		"\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C"
		"\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C"
		"\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C\xC3\x9C",
		"a subject that is plain but longer than seventy characters, so it must be cut into words",
	};

	(void)state;
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		struct mail_text m = text_of(subjects[i], ".\r\nQUIT\r\n");
		struct buf out = BUF_INIT(10000);
		const char *line;

		mail_compose(&m, &out);
		assert_null(strstr(buf_cstr(&out), "Bcc:"));
		assert_non_null(strstr(buf_cstr(&out), "Subject: =?utf-8?B?"));
		assert_null(strstr(buf_cstr(&out), "\r\n.\r\n"));
		for (line = buf_cstr(&out); *line;) {
			const char *end = strstr(line, "\r\n");

			assert_non_null(end);
			assert_true(end - line <= 90); /* "Subject: " and a word of 75 */
			line = end + 2;
		}
		buf_release(&out);
	}
}

/* What would send nothing is refused before anything is connected to. */
static void test_send_refuses_urls(void **state)
{
	static const char *const urls[] = {"http://mail/", "mail.example.org:25/x y",
					   "smtp://me:secret@mail.example.org/"};
	static const char *const nobody[] = {"a@b", NULL};

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct mail_request m = {
			.url = urls[i], .from = "a@b", .to = nobody, .deadline_ms = 1000};
		struct err e = ERR_INIT;

		assert_int_equal(mail_send(&m, &e), -1);
		assert_int_equal(e.code, EX_BADUSAGE);
		assert_null(strstr(e.text, "secret"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compose_plain),
		cmocka_unit_test(test_compose_hostile_subjects),
		cmocka_unit_test(test_send_refuses_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
