/*
 * Scanners for personal data.
 */
#include "aiops-triage/llm/personal.h"

#include <string.h>

#define PHONE_DIGITS 8
#define IPV6_GROUPS  8

const char *personal_name(enum personal_type t)
{
	static const char *const names[] = {"EMAIL", "IP", "MAC", "HOST", "USER", "PHONE", "CARD"};

	return names[t];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Of names of hosts, users and mailboxes. */
static bool is_name(char c)
{
	return is_digit(c) || is_alpha(c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

static size_t run(struct span t, size_t at, bool (*of)(char))
{
	size_t n = at;

	while (n < t.len && of(t.data[n]))
		n++;
	return n - at;
}

static bool found(struct personal *out, size_t begin, size_t end, enum personal_type type)
{
	*out = (struct personal){begin, end, type};
	return true;
}

/* ---- numbers ---- */

static bool ipv4(struct span t, size_t at, struct personal *out)
{
	size_t p = at;

	for (int part = 0; part < 4; part++) {
		size_t n = run(t, p, is_digit), value = 0;

		if (n < 1 || n > 3)
			return false;
		for (size_t i = 0; i < n; i++)
			value = value * 10 + (size_t)(t.data[p + i] - '0');
		if (value > 255)
			return false;
		p += n;
		if (part < 3 && (p >= t.len || t.data[p++] != '.'))
			return false;
	}
	if (p + 1 < t.len && t.data[p] == '.' && is_digit(t.data[p + 1]))
		return false; /* a version of five parts */
	return found(out, at, p, PERSONAL_IP);
}

static bool mac(struct span t, size_t at, struct personal *out)
{
	char between = at + 2 < t.len ? t.data[at + 2] : 0;

	if (at + 17 > t.len || (between != ':' && between != '-') ||
	    (at + 17 < t.len && (is_hex(t.data[at + 17]) || t.data[at + 17] == between)))
		return false;
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? t.data[at + i] != between : !is_hex(t.data[at + i]))
			return false;
	return found(out, at, at + 17, PERSONAL_MAC);
}

/* Groups of hexadecimal digits with colons: eight of them, or fewer around one "::". */
static bool ipv6(struct span t, size_t at, struct personal *out)
{
	size_t p = at, groups = 0, gaps = 0;

	while (p < t.len && (is_hex(t.data[p]) || t.data[p] == ':')) {
		size_t n = run(t, p, is_hex);

		if (n > 4)
			return false;
		groups += n > 0;
		p += n;
		if (p + 1 < t.len && t.data[p] == ':' && t.data[p + 1] == ':') {
			gaps++;
			p += 2;
		} else if (p + 1 < t.len && t.data[p] == ':' && is_hex(t.data[p + 1])) {
			p++;
		} else {
			break;
		}
	}
	if (gaps > 1 || groups < (gaps ? 1 : IPV6_GROUPS) || groups > IPV6_GROUPS)
		return false;
	return found(out, at, p, PERSONAL_IP);
}

static bool luhn(const char *digits, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';

		if (i % 2)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return sum % 10 == 0;
}

/* Digits in groups; spaces and dashes between them. */
static bool long_number(struct span t, size_t at, bool plus, struct personal *out)
{
	char digits[20];
	size_t n = 0, p = at, end = at;

	for (; p < t.len && n < sizeof digits; p++) {
		if (is_digit(t.data[p])) {
			digits[n++] = t.data[p];
			end = p + 1;
		} else if ((t.data[p] != ' ' && t.data[p] != '-') || p + 1 >= t.len ||
			   !is_digit(t.data[p + 1])) {
			break;
		}
	}
	if (plus)
		return n >= PHONE_DIGITS && n <= 15 && found(out, at - 1, end, PERSONAL_PHONE);
	return n >= 13 && n <= 19 && luhn(digits, n) && found(out, at, end, PERSONAL_CARD);
}

/* ---- names ---- */

/* name.name.name, or mailbox@name.name */
static bool dotted(struct span t, size_t at, struct personal *out)
{
	size_t p = at, labels = 0, mark = 0, last = at;

	while (p < t.len) {
		size_t n = run(t, p, is_name);

		if (!n)
			break;
		labels++;
		last = p;
		p += n;
		if (p + 1 < t.len && (t.data[p] == '.' || (t.data[p] == '+' && !mark)) &&
		    is_name(t.data[p + 1])) {
			p++;
		} else if (p + 1 < t.len && t.data[p] == '@' && !mark && is_name(t.data[p + 1])) {
			mark = ++p;
			labels = 0;
		} else {
			break;
		}
	}
	if (p - last < 2 || !is_alpha(t.data[last]))
		return false;
	if (mark)
		return labels >= 2 && found(out, at, p, PERSONAL_EMAIL);
	return labels >= 3 && found(out, at, p, PERSONAL_HOST);
}

/* The text before at ends in word; case does not matter. */
static bool ends_in(struct span t, size_t at, const char *word)
{
	size_t n = strlen(word);

	return at >= n && span_eq_nocase(span_of(t.data + at - n, n), span_of(word, n)) &&
	       (at == n || !is_alpha(t.data[at - n - 1]));
}

/* A name behind user=, user: or user "; and /home/name, /Users/name. */
static bool user(struct span t, size_t at, struct personal *out)
{
	static const char *const words[] = {"user",     "username", "login",    "account",
					    "customer", "uid",      "owner",    "for",
					    "member",   "actor",    "principal"};
	size_t before = at, n = run(t, at, is_name);
	bool quoted = at > 0 && (t.data[at - 1] == '"' || t.data[at - 1] == '\'');
	bool sign;

	if (!n)
		return false;
	if (ends_in(t, at, "/home/") || ends_in(t, at, "/Users/"))
		return found(out, at, at + n, PERSONAL_USER);
	before -= quoted;
	sign = before > 0 && (t.data[before - 1] == '=' || t.data[before - 1] == ':');
	before -= sign;
	if (before > 0 && t.data[before - 1] == ' ')
		before--;
	if (!quoted && !sign)
		/* "for admin from 10.0.0.1" */
		return (ends_in(t, before, "user") || ends_in(t, before, "for")) && before < at &&
		       at + n + 6 <= t.len && memcmp(t.data + at + n, " from ", 6) == 0 &&
		       found(out, at, at + n, PERSONAL_USER);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (ends_in(t, before, words[i]) && (sign || strcmp(words[i], "for") != 0))
			return found(out, at, at + n, PERSONAL_USER);
	return false;
}

/* What begins at a place where a word can. */
static bool at_word(struct span t, size_t at, struct personal *out)
{
	char c = t.data[at];

	if (user(t, at, out))
		return true;
	if (is_hex(c) && (mac(t, at, out) || ipv6(t, at, out)))
		return true;
	if (is_digit(c) && (ipv4(t, at, out) || long_number(t, at, false, out)))
		return true;
	return is_name(c) && dotted(t, at, out);
}

bool personal_next(struct span text, size_t from, struct personal *out)
{
	for (size_t i = from; i < text.len; i++) {
		char c = text.data[i];
		bool begins = i == 0 || !is_name(text.data[i - 1]);

		if (begins && is_name(c) && at_word(text, i, out))
			return true;
		if (c == '+' && i + 1 < text.len && long_number(text, i + 1, true, out))
			return true;
		if (begins && c == ':' && i + 1 < text.len && text.data[i + 1] == ':' &&
		    ipv6(text, i, out) && out->end - out->begin > 2)
			return true;
	}
	return false;
}
