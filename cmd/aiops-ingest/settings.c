#include "aiops-ingest/settings.h"

#include <string.h>

const char *const hmac_style_names[] = {"github", "slack", "pagerduty", NULL};

int label_parse(const char *text, struct label *out, struct err *e)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text || !equals[1])
		return err_set(e, EX_BADUSAGE, "--label '%s': not NAME=VALUE", text);
	*out = (struct label){span_of(text, (size_t)(equals - text)), span_cstr(equals + 1)};
	return 0;
}

static bool digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

static int two(const char *s)
{
	return (s[0] - '0') * 10 + (s[1] - '0');
}

int zone_parse(const char *text, int *seconds, struct err *e)
{
	size_t n = strlen(text);
	bool colon = n == 6 && text[3] == ':';
	int h, m;

	if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0) {
		*seconds = 0;
		return 0;
	}
	if ((text[0] != '+' && text[0] != '-') || (n != 5 && !colon) || !digits(text + 1, 2) ||
	    !digits(text + n - 2, 2))
		return err_set(e, EX_BADUSAGE, "--zone '%s': not UTC, +HH:MM or -HH:MM", text);
	h = two(text + 1);
	m = two(text + n - 2);
	if (h > 23 || m > 59)
		return err_set(e, EX_BADUSAGE, "--zone '%s': no such offset", text);
	*seconds = (text[0] == '-' ? -1 : 1) * (h * 3600 + m * 60);
	return 0;
}
