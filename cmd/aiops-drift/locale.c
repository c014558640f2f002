/* The user's locale, by its name: see locale.h. */
#include "aiops-drift/locale.h"

#include "cli/cli.h"

bool locale_speaks_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct span s = span_cstr(cli_getenv(names[i]));

		if (s.len)
			return span_find(s, SPAN("UTF-8")) || span_find(s, SPAN("utf8")) ||
			       span_find(s, SPAN("utf-8"));
	}
	return false;
}
