/*
 * Signatures against the vectors that GitHub and Slack publish in their documentation.
 */
#include "net/auth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/file.h"

static char dir[64], path[96];

static int make(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/aiops-auth-XXXXXX");
	if (!mkdtemp(dir) || crypto_init(&e) != 0)
		return -1;
	(void)snprintf(path, sizeof path, "%s/key", dir);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

static void add_secret(struct secrets *s, const char *text)
{
	struct err e = ERR_INIT;

	assert_int_equal(file_write_atomic(path, span_cstr(text), 0600, &e), 0);
	assert_int_equal(secrets_add(s, path, &e), 0);
}

#define GITHUB "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
#define HELLO  SPAN("Hello, World!")

static void auth_hmac_takes_githubs_example(void **state)
{
	struct secrets s = {0};
	struct span none = SPAN_NONE;

	(void)state;
	add_secret(&s, "another\n");
	add_secret(&s, "It's a Secret to Everybody\n");
	assert_int_equal(auth_hmac(HMAC_GITHUB, &s, SPAN(GITHUB), none, HELLO, 0, 0), AUTH_OK);
	assert_int_equal(auth_hmac(HMAC_GITHUB, &s, SPAN(GITHUB), none, SPAN("Hello, World"), 0, 0),
			 AUTH_WRONG);
	assert_int_equal(auth_hmac(HMAC_GITHUB, &s, none, none, HELLO, 0, 0), AUTH_MISSING);
	assert_int_equal(auth_hmac(HMAC_GITHUB, &s, SPAN("sha256="), none, HELLO, 0, 0),
			 AUTH_WRONG);
	assert_int_equal(auth_hmac(HMAC_GITHUB, &s, SPAN(GITHUB "00"), none, HELLO, 0, 0),
			 AUTH_WRONG);
	assert_int_equal(
		auth_hmac(HMAC_GITHUB, &s, span_of(GITHUB, sizeof GITHUB - 2), none, HELLO, 0, 0),
		AUTH_WRONG);
	assert_int_equal(auth_hmac(HMAC_GITHUB, &s, span_cstr(&GITHUB[7]), none, HELLO, 0, 0),
			 AUTH_WRONG);
	secrets_release(&s);
}

#define SLACK "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
#define SLACK_BODY                                                                                     \
	SPAN("token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id="    \
	     "G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook" \
	     "-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F"     \
	     "397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887"  \
	     "a14d10d2c447fce8b6703c")

static void auth_hmac_takes_slacks_example_within_the_window(void **state)
{
	static const struct {
		int64_t now_s;
		enum auth_result want;
	} cases[] = {
		{1531420618, AUTH_OK},          {1531420618 + 300, AUTH_OK},
		{1531420618 - 300, AUTH_OK},    {1531420618 + 301, AUTH_STALE},
		{1531420618 - 301, AUTH_STALE},
	};
	struct span at = SPAN("1531420618");
	struct secrets s = {0};

	(void)state;
	add_secret(&s, "8f742231b10e8888abcd99yyyzzz85a5");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
			auth_hmac(HMAC_SLACK, &s, SPAN(SLACK), at, SLACK_BODY, cases[i].now_s, 300),
			cases[i].want);
	assert_int_equal(auth_hmac(HMAC_SLACK, &s, SPAN(SLACK), SPAN("1531420619"), SLACK_BODY,
				   1531420618, 300),
			 AUTH_WRONG);
	assert_int_equal(
		auth_hmac(HMAC_SLACK, &s, SPAN(SLACK), SPAN("soon"), SLACK_BODY, 1531420618, 300),
		AUTH_WRONG);
	assert_int_equal(
		auth_hmac(HMAC_SLACK, &s, SPAN(SLACK), SPAN_NONE, SLACK_BODY, 1531420618, 300),
		AUTH_MISSING);
	secrets_release(&s);
}

/* The digits of GitHub's example: the body is signed the same way. */
static void auth_hmac_takes_any_of_pagerdutys_list(void **state)
{
	static const char *const good[] = {
		"v1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
		"v1=00,v1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
		"v1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17, v2=x",
	};
	static const char *const bad[] = {
		"v2=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", ",,,",
		"v1=", "v1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1"};
	struct secrets s = {0};

	(void)state;
	add_secret(&s, "It's a Secret to Everybody");
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(
			auth_hmac(HMAC_PAGERDUTY, &s, span_cstr(good[i]), SPAN_NONE, HELLO, 0, 0),
			AUTH_OK);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(
			auth_hmac(HMAC_PAGERDUTY, &s, span_cstr(bad[i]), SPAN_NONE, HELLO, 0, 0),
			AUTH_WRONG);
	secrets_release(&s);
}

static void auth_bearer_compares_whole_tokens(void **state)
{
	struct secrets s = {0};

	(void)state;
	add_secret(&s, "alpha");
	add_secret(&s, "beta");
	assert_int_equal(auth_bearer(&s, SPAN("Bearer beta")), AUTH_OK);
	assert_int_equal(auth_bearer(&s, SPAN("bearer  alpha ")), AUTH_OK);
	assert_int_equal(auth_bearer(&s, SPAN("Bearer alph")), AUTH_WRONG);
	assert_int_equal(auth_bearer(&s, SPAN("Bearer alphaa")), AUTH_WRONG);
	assert_int_equal(auth_bearer(&s, SPAN("Basic alpha")), AUTH_MISSING);
	assert_int_equal(auth_bearer(&s, SPAN("Bearer ")), AUTH_MISSING);
	assert_int_equal(auth_bearer(&s, SPAN_NONE), AUTH_MISSING);
	secrets_release(&s);
}

static void secrets_add_refuses_too_many_and_open_files(void **state)
{
	struct secrets s = {0};
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < SECRETS_MAX; i++)
		add_secret(&s, "x");
	assert_int_equal(secrets_add(&s, path, &e), -1);
	assert_int_equal(e.code, EX_BADUSAGE);
	secrets_release(&s);
	e = ERR_INIT;
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(secrets_add(&s, path, &e), -1);
	assert_int_equal(e.code, EX_POLICY);
	assert_int_equal(s.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(auth_hmac_takes_githubs_example),
		cmocka_unit_test(auth_hmac_takes_slacks_example_within_the_window),
		cmocka_unit_test(auth_hmac_takes_any_of_pagerdutys_list),
		cmocka_unit_test(auth_bearer_compares_whole_tokens),
		cmocka_unit_test(secrets_add_refuses_too_many_and_open_files),
	};

	return cmocka_run_group_tests_name("net/auth", tests, make, drop);
}
