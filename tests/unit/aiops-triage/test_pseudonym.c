/* What is hidden, what is put back, and what stops a request. */
#include "aiops-triage/llm/pseudonym.h"

#include "aiops-triage/llm/personal.h"
#include "triage_test.h"

static uint8_t next_byte;

static void some_random(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		out[i] = next_byte++;
}

static const struct env env = {.random = some_random};

static struct buf hide(struct pseudonyms *p, const char *text)
{
	struct buf out = BUF_INIT(1 << 16);

	pseudonyms_hide(p, span_cstr(text), &out);
	return out;
}

/* The only thing hidden in text is part; it becomes <TYPE#8 digits>. */
static void assert_hidden(const char *text, const char *part, const char *type, bool comes_back)
{
	struct pseudonyms *p = pseudonyms_new(&env);
	struct buf hidden = hide(p, text), shown = BUF_INIT(1 << 16);
	const char *at = strstr(text, part);
	size_t before = (size_t)(at - text);

	if (hidden.len < before || memcmp(hidden.data, text, before) != 0 ||
	    hidden.data[before] != '<' || memcmp(hidden.data + before + 1, type, strlen(type)) != 0)
		fail_msg("%s became %s", text, buf_cstr(&hidden));
	assert_null(strstr(buf_cstr(&hidden), part));
	assert_non_null(strstr(buf_cstr(&hidden), at + strlen(part)));
	pseudonyms_show(p, buf_span(&hidden), &shown);
	assert_int_equal(strcmp(buf_cstr(&shown), text) == 0, comes_back);
	buf_release(&hidden);
	buf_release(&shown);
	pseudonyms_free(p);
}

static void assert_kept(const char *text)
{
	struct pseudonyms *p = pseudonyms_new(&env);
	struct buf hidden = hide(p, text);

	assert_string_equal(buf_cstr(&hidden), text);
	buf_release(&hidden);
	pseudonyms_free(p);
}

static void personal_data_of_each_type_is_hidden(void **state)
{
	(void)state;
	assert_hidden("mail to anna.b+x@mail.example failed", "anna.b+x@mail.example", "EMAIL#",
		      true);
	assert_hidden("from 10.1.2.3:4711 refused", "10.1.2.3", "IP#", true);
	assert_hidden("from fe80::1ff:fe23:4567:890a refused", "fe80::1ff:fe23:4567:890a", "IP#",
		      true);
	assert_hidden("from 2001:db8:0:1:2:3:4:5 refused", "2001:db8:0:1:2:3:4:5", "IP#", true);
	assert_hidden("at ::1 now", "::1", "IP#", true);
	assert_hidden("mac 52:54:00:12:34:56 seen", "52:54:00:12:34:56", "MAC#", true);
	assert_hidden("on db7.internal.example now", "db7.internal.example", "HOST#", true);
	assert_hidden("user=margarete denied", "margarete", "USER#", true);
	assert_hidden("for user \"margarete\" denied", "margarete", "USER#", true);
	assert_hidden("invalid user admin from there", "admin", "USER#", true);
	assert_hidden("password for root from there", "root", "USER#", true);
	assert_hidden("in /home/margarete/x", "margarete", "USER#", true);
	assert_hidden("call +49 170 1234567 now", "+49 170 1234567", "PHONE#", true);
	assert_hidden("card 4111 1111 1111 1111 declined", "4111 1111 1111 1111", "CARD#", false);
	assert_hidden("card 4111111111111111 declined", "4111111111111111", "CARD#", false);
}

static void secrets_are_hidden_for_good(void **state)
{
	(void)state;
	assert_hidden("uses AKIAQ7ZP2MX4VK4TR2SW here", "AKIAQ7ZP2MX4VK4TR2SW", "HIDDEN:", false);
	assert_hidden("host=db password=hunter2hunter2 dbname=x", "hunter2hunter2",
		      "HIDDEN:", false);
}

static void what_is_nothing_personal_stays(void **state)
{
	(void)state;
	assert_kept("at 12:34:56 it took 1.2.3 s, version 1.22.333.4444, id 1234567890123");
	assert_kept("orders-db failed: std::vector, 10.5 of 300.1.2.3");
	assert_kept("users are waiting for the database, 4111111111111112 rows");
	assert_kept("");
}

static void same_value_has_the_same_name_and_another_run_another(void **state)
{
	struct pseudonyms *p = pseudonyms_new(&env), *q = pseudonyms_new(&env);
	struct buf a = hide(p, "10.1.2.3"), b = hide(p, "10.1.2.3"), c = hide(p, "10.1.2.4"),
		   d = hide(q, "10.1.2.3");

	(void)state;
	assert_string_equal(buf_cstr(&a), buf_cstr(&b));
	assert_string_not_equal(buf_cstr(&a), buf_cstr(&c));
	assert_string_not_equal(buf_cstr(&a), buf_cstr(&d));
	buf_release(&a);
	buf_release(&b);
	buf_release(&c);
	buf_release(&d);
	pseudonyms_free(p);
	pseudonyms_free(q);
}

static void names_that_nobody_gave_stay(void **state)
{
	struct pseudonyms *p = pseudonyms_new(&env);
	struct buf shown = BUF_INIT(1 << 16);
	const char *text = "<IP#00000000> < <EMAIL#x> a > b <";

	(void)state;
	pseudonyms_show(p, span_cstr(text), &shown);
	assert_string_equal(buf_cstr(&shown), text);
	buf_release(&shown);
	pseudonyms_free(p);
}

static void last_look_finds_what_was_hidden_and_what_looks_secret(void **state)
{
	struct pseudonyms *p = pseudonyms_new(&env);
	struct buf hidden = hide(p, "password=correct-horse-battery");
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(pseudonyms_check(p, buf_span(&hidden), &e), 0);
	assert_int_equal(pseudonyms_check(p, SPAN("{\"x\":\"correct-horse-battery\"}"), &e), -1);
	assert_int_equal(e.code, EX_POLICY);
	err_clear(&e);
	assert_int_equal(pseudonyms_check(p, SPAN("{\"x\":\"AKIAQ7ZP2MX4VK4TR2SW\"}"), &e), -1);
	/* the words of the refusal do not tell it */
	assert_null(strstr(e.text, "AKIA"));
	buf_release(&hidden);
	pseudonyms_free(p);
}

/* Any bytes: nothing is read behind the end (the sanitizers look), and it ends. */
static void scanners_stand_any_bytes(void **state)
{
	static const char alphabet[] = "a1:.@+-/=\"'<> f0:\xc3\xa4,uservfor4";
	struct pseudonyms *p = pseudonyms_new(&env);
	uint32_t x = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t n = x % 40;
		char *text = mem_alloc(n + 1);
		struct buf out = BUF_INIT(1 << 16);

		for (size_t i = 0; i < n; i++) {
			x = x * 1664525 + 1013904223;
			text[i] = alphabet[(x >> 16) % (sizeof alphabet - 1)];
		}
		x = x * 1664525 + 1013904223;
		pseudonyms_hide(p, span_of(text, n), &out);
		assert_false(buf_overflowed(&out));
		free(text);
		buf_release(&out);
	}
	pseudonyms_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(personal_data_of_each_type_is_hidden),
		cmocka_unit_test(secrets_are_hidden_for_good),
		cmocka_unit_test(what_is_nothing_personal_stays),
		cmocka_unit_test(same_value_has_the_same_name_and_another_run_another),
		cmocka_unit_test(names_that_nobody_gave_stay),
		cmocka_unit_test(last_look_finds_what_was_hidden_and_what_looks_secret),
		cmocka_unit_test(scanners_stand_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
