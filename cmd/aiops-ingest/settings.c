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
