#include "aiops-runbook/schema/param.h"

#include <arpa/inet.h>
#include <string.h>

#include "aiops-runbook/schema/secret_ref.h"
#include "base/num.h"
#include "base/utf8.h"

const char *const param_type_names[] = {"string", "integer",    "number", "boolean",  "duration",
					"enum",   "hostname",   "ip",     "k8s_name", "path",
					"url",    "secret_ref", NULL};

/* What a message shows of a value: not more than fits, never raw control bytes (the printer
 * escapes). */
enum { SHOWN = 80 };

static int refuse(struct span value, const char *why, struct err *e)
{
	return err_set(e, EX_BADDATA, "'%.*s' %s", (int)(value.len < SHOWN ? value.len : SHOWN),
		       value.data, why);
}

/* ---- what holds for every type ---- */

static bool has_control(struct span s)
{
	for (size_t at = 0; at < s.len;) {
		uint32_t cp = 0;
		size_t n = utf8_next(span_of(s.data + at, s.len - at), &cp);

		if (n == 0 || cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 ||
		    cp == 0x2029)
			return true;
		at += n;
	}
	return false;
}

static int check_bytes(const struct param *p, struct span v, struct err *e)
{
	if (v.len > p->max_length)
		return err_set(e, EX_BADDATA, "the value has %zu bytes, at most %zu are accepted",
			       v.len, p->max_length);
	if (utf8_valid_prefix(v) < v.len)
		return err_set(e, EX_BADDATA, "the value is not valid UTF-8");
	if (has_control(v))
		return err_set(e, EX_BADDATA, "the value holds a control character");
	if (v.len && v.data[0] == '-' && param_excludes_dash(p))
		return refuse(v, "begins with '-' (a command could take it for an option)", e);
	return 0;
}

bool words_has(const struct words *w, struct span s)
{
	for (size_t i = 0; i < w->n; i++)
		if (span_eq(s, w->items[i]))
			return true;
	return false;
}

/* ---- the types ---- */

static int check_integer(const struct param *p, struct span v, struct err *e)
{
	struct err why = ERR_INIT;
	int64_t n;

	if (num_parse_i64(v, INT64_MIN, INT64_MAX, &n, &why) != 0)
		return refuse(v, "is not an integer", e);
	if (p->has_min && n < p->min_i64)
		return refuse(v, "is below the minimum", e);
	if (p->has_max && n > p->max_i64)
		return refuse(v, "is above the maximum", e);
	return 0;
}

static int check_range(const struct param *p, struct span v, double n, struct err *e)
{
	if (p->has_min && n < p->min)
		return refuse(v, "is below the minimum", e);
	if (p->has_max && n > p->max)
		return refuse(v, "is above the maximum", e);
	return 0;
}

static int check_number(const struct param *p, struct span v, struct err *e)
{
	struct err why = ERR_INIT;
	double n;

	if (num_parse_double(v, &n, &why) != 0)
		return refuse(v, "is not a number", e);
	return check_range(p, v, n, e);
}

static int check_duration(const struct param *p, struct span v, struct err *e)
{
	struct err why = ERR_INIT;
	int64_t ms;

	if (num_parse_duration_ms(v, &ms, &why) != 0)
		return refuse(v, "is not a duration (30s, 5m, 2h)", e);
	return check_range(p, v, (double)ms, e);
}

static bool is_alnum_lower(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Labels of 1 to 63 characters between dots; upper case only where the type allows it. */
static bool is_dns_name(struct span v, size_t max, bool upper)
{
	size_t label = 0;
	char prev = '.';

	if (v.len == 0 || v.len > max)
		return false;
	for (size_t i = 0; i < v.len; i++) {
		char c = v.data[i];
		bool alnum = is_alnum_lower(c) || (upper && c >= 'A' && c <= 'Z');

		if (c == '.') {
			if (label == 0 || prev == '-')
				return false;
			label = 0;
		} else if (alnum || (c == '-' && label > 0)) {
			if (++label > 63)
				return false;
		} else {
			return false;
		}
		prev = c;
	}
	return label > 0 && prev != '-';
}

static bool is_ip(struct span v)
{
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char address[16];

	if (v.len == 0 || v.len >= sizeof text || memchr(v.data, '\0', v.len))
		return false;
	memcpy(text, v.data, v.len);
	text[v.len] = '\0';
	return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

/* True if v is dir itself or lies below it. */
static bool lies_under(struct span v, struct span dir)
{
	while (dir.len > 1 && dir.data[dir.len - 1] == '/')
		dir.len--;
	if (dir.len == 1)
		return true;
	return v.len >= dir.len && memcmp(v.data, dir.data, dir.len) == 0 &&
	       (v.len == dir.len || v.data[dir.len] == '/');
}

static bool has_parent_part(struct span v)
{
	for (size_t at = 0; at < v.len;) {
		const char *slash = memchr(v.data + at, '/', v.len - at);
		size_t end = slash ? (size_t)(slash - v.data) : v.len;

		if (end - at == 2 && v.data[at] == '.' && v.data[at + 1] == '.')
			return true;
		at = end + 1;
	}
	return false;
}

static int check_path(const struct param *p, struct span v, struct err *e)
{
	if (v.len == 0 || v.data[0] != '/')
		return refuse(v, "is not an absolute path", e);
	if (has_parent_part(v))
		return refuse(v, "holds '..'", e);
	if (p->under.data && !lies_under(v, p->under))
		return refuse(v, "is not under the declared directory", e);
	return 0;
}

/* scheme://host[:port][/...]: no user, no brackets; host and scheme from the declaration. */
static int check_url(const struct param *p, struct span v, struct err *e)
{
	const char *sep = span_find(v, SPAN("://"));
	struct span scheme, rest, host;
	size_t end = 0;

	if (!sep)
		return refuse(v, "is not a URL", e);
	scheme = span_of(v.data, (size_t)(sep - v.data));
	rest = span_of(sep + 3, v.len - scheme.len - 3);
	while (end < rest.len && !strchr("/?#", rest.data[end]))
		end++;
	host = span_of(rest.data, end);
	if (memchr(host.data, '@', host.len))
		return refuse(v, "holds a user name", e);
	for (size_t i = 0; i < host.len; i++)
		if (host.data[i] == ':')
			host.len = i;
	if (p->schemes.n ? !words_has(&p->schemes, scheme) : !span_is(scheme, "https"))
		return refuse(v, "has a scheme that is not declared", e);
	if (!is_dns_name(host, 253, true) || !words_has(&p->hosts, host))
		return refuse(v, "has a host that is not declared", e);
	for (size_t i = 0; i < v.len; i++)
		if (v.data[i] == ' ' || v.data[i] == '\\')
			return refuse(v, "holds a space or a backslash", e);
	return 0;
}

static int check_type(const struct param *p, struct span v, struct err *e)
{
	struct secret_ref ref;

	switch (p->type) {
	case PARAM_INTEGER:
		return check_integer(p, v, e);
	case PARAM_NUMBER:
		return check_number(p, v, e);
	case PARAM_DURATION:
		return check_duration(p, v, e);
	case PARAM_BOOLEAN:
		return span_is(v, "true") || span_is(v, "false")
			       ? 0
			       : refuse(v, "is not true or false", e);
	case PARAM_HOSTNAME:
		return is_dns_name(v, 253, true) ? 0 : refuse(v, "is not a host name", e);
	case PARAM_IP:
		return is_ip(v) ? 0 : refuse(v, "is not an IP address", e);
	case PARAM_K8S_NAME:
		return is_dns_name(v, 253, false) ? 0 : refuse(v, "is not a Kubernetes name", e);
	case PARAM_PATH:
		return check_path(p, v, e);
	case PARAM_URL:
		return check_url(p, v, e);
	case PARAM_SECRET_REF: /* not shown: it may be the secret itself, by mistake */
		return secret_ref_parse(v, &ref)
			       ? 0
			       : err_set(e, EX_BADDATA,
					 "a secret is named by file:/PATH or env:NAME, not given");
	case PARAM_STRING:
	case PARAM_ENUM:
		return 0; /* pattern and allow say the rest */
	}
	return err_set(e, EX_BUG, "unknown parameter type %d", (int)p->type);
}

static int check_pattern(const struct param *p, struct span v, struct err *e)
{
	struct err why = ERR_INIT;
	int rc = pattern_match(p->pattern, v, NULL, &why);

	if (rc < 0)
		return err_set(e, EX_BADDATA, "%s", why.text);
	return rc ? 0 : refuse(v, "does not match the pattern", e);
}

int param_check(const struct param *p, struct span value, struct err *e)
{
	if (check_bytes(p, value, e) != 0 || check_type(p, value, e) != 0)
		return -1;
	if (p->pattern && check_pattern(p, value, e) != 0)
		return -1;
	if (p->allow.n && !words_has(&p->allow, value))
		return refuse(value, "is not one of the values that are allowed", e);
	if (words_has(&p->deny, value))
		return refuse(value, "is denied", e);
	return 0;
}

bool param_excludes_dash(const struct param *p)
{
	if (p->type == PARAM_INTEGER)
		return p->has_min && p->min_i64 >= 0;
	if (p->type == PARAM_NUMBER)
		return p->has_min && p->min >= 0;
	return !p->allow_dash;
}
