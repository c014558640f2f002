/* Keys of approvers: files, text forms, signatures, the configuration's list. */
#include "aiops-runbook/runs/key.h"

#include "fixture.h"

#include <sys/stat.h>

static void key_made_is_loaded_signs_and_is_private(void **state)
{
	struct fixture x;
	struct public_key public, parsed;
	struct secret_key key;
	uint8_t signature[SIGNATURE_BYTES];
	char path[80], text[PUBLIC_KEY_TEXT + 1];
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	fixture_open(&x);
	(void)snprintf(path, sizeof path, "%s/key", x.folder);
	assert_int_equal(key_create(path, &x.env, &public, &e), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(key_load(path, &key, &e), 0);
	assert_memory_equal(key.public.bytes, public.bytes, sizeof public.bytes);
	key_public_text(&public, text);
	assert_int_equal(strlen(text), PUBLIC_KEY_TEXT);
	assert_int_equal(key_public_parse(span_cstr(text), &parsed, &e), 0);
	assert_memory_equal(parsed.bytes, public.bytes, sizeof public.bytes);
	key_sign(&key, SPAN("statement"), signature);
	assert_true(key_verify(&public, SPAN("statement"), signature));
	assert_false(key_verify(&public, SPAN("statemenT"), signature));
	signature[5] ^= 1;
	assert_false(key_verify(&public, SPAN("statement"), signature));
	assert_int_equal(key_create(path, &x.env, &public, &e), -1); /* never over an old one */
	assert_int_equal(e.code, EX_CANNOTCREATE);
	err_clear(&e);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(key_load(path, &key, &e), -1);
	assert_int_equal(e.code, EX_POLICY);
	(void)unlink(path);
	key_wipe(&key);
	fixture_close(&x);
}

/* RFC 8032, 7.1, test 2. */
static void key_signature_is_ed25519(void **state)
{
	static const char public[] =
		"ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
	static const char hex[] =
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
		"d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
	uint8_t signature[SIGNATURE_BYTES];
	struct public_key k;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(key_public_parse(span_cstr(public), &k, &e), 0);
	assert_int_equal(hex_decode(span_cstr(hex), signature, sizeof signature), 0);
	assert_true(key_verify(&k, SPAN("\x72"), signature));
	assert_false(key_verify(&k, SPAN("\x73"), signature));
}

static int load(const char *yaml, struct approvers *out, struct yaml **doc, struct err *e)
{
	*doc = yaml_parse(span_cstr(yaml), e);
	assert_non_null(*doc);
	return approvers_load(yaml_get(yaml_root(*doc), "approvers"), out, e);
}

#define KEY "ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"

static void approvers_are_read_with_position_in_every_error(void **state)
{
	static const struct {
		const char *yaml, *part;
		size_t line;
	} bad[] = {
		{"approvers: {name: x}", "expected a list", 1},
		{"approvers:\n  - maria", "expected a map", 2},
		{"approvers:\n  - {name: maria}", "has a name and a public_key", 2},
		{"approvers:\n  - {name: maria, key: x}", "unknown key 'key'", 2},
		{"approvers:\n  - name: maria\n    public_key: ed25519:12", "64 hex digits", 3},
		{"approvers:\n  - name: 'ma ria'\n    public_key: " KEY, "no approver's name", 2},
		{"approvers:\n  - {name: a, public_key: '" KEY "'}\n  - {name: a, public_key: '" KEY
		 "'}",
		 "named twice", 3},
		{"approvers:\n  - {name: a, public_key: '" KEY "'}\n  - {name: b, public_key: '" KEY
		 "'}",
		 "the key of another name", 3},
	};
	struct approvers a;
	struct yaml *doc;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = ERR_INIT;

		assert_int_equal(load(bad[i].yaml, &a, &doc, &e), -1);
		assert_int_equal(e.code, EX_BADCONFIG);
		if (!strstr(e.text, bad[i].part) || e.line != bad[i].line)
			fail_msg("%s: line %zu: %s", bad[i].yaml, e.line, e.text);
		yaml_free(doc);
	}
	struct err e = ERR_INIT;

	assert_int_equal(load("approvers:\n  - {name: maria, public_key: '" KEY "'}", &a, &doc, &e),
			 0);
	assert_non_null(approvers_find(&a, SPAN("maria")));
	assert_null(approvers_find(&a, SPAN("mari")));
	approvers_release(&a);
	yaml_free(doc);
	assert_int_equal(load("x: 1", &a, &doc, &e), 0);
	assert_int_equal(a.n, 0);
	yaml_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_made_is_loaded_signs_and_is_private),
		cmocka_unit_test(key_signature_is_ed25519),
		cmocka_unit_test(approvers_are_read_with_position_in_every_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
