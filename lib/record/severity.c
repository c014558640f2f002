/*
 * Severity: six names with a rank, and the table of words that sources use.
 */
#include "record/event.h"

static const struct {
	const char *name;
	int number; /* OpenTelemetry's scale */
} levels[] = {
	[SEVERITY_UNKNOWN] = {"unknown", 0}, [SEVERITY_INFO] = {"info", 9},
	[SEVERITY_LOW] = {"low", 11},        [SEVERITY_MEDIUM] = {"medium", 13},
	[SEVERITY_HIGH] = {"high", 17},      [SEVERITY_CRITICAL] = {"critical", 21},
};

#define LEVELS (sizeof levels / sizeof *levels)

static const struct {
	const char *word;
	enum severity severity;
	bool resolved;
} words[] = {
	{"critical", SEVERITY_CRITICAL, false},
	{"crit", SEVERITY_CRITICAL, false},
	{"page", SEVERITY_CRITICAL, false},
	{"fatal", SEVERITY_CRITICAL, false},
	{"emergency", SEVERITY_CRITICAL, false},
	{"emerg", SEVERITY_CRITICAL, false},
	{"alert", SEVERITY_CRITICAL, false},
	{"panic", SEVERITY_CRITICAL, false},
	{"disaster", SEVERITY_CRITICAL, false},
	{"p1", SEVERITY_CRITICAL, false},
	{"sev0", SEVERITY_CRITICAL, false},
	{"sev1", SEVERITY_CRITICAL, false},
	{"high", SEVERITY_HIGH, false},
	{"major", SEVERITY_HIGH, false},
	{"error", SEVERITY_HIGH, false},
	{"err", SEVERITY_HIGH, false},
	{"p2", SEVERITY_HIGH, false},
	{"sev2", SEVERITY_HIGH, false},
	{"medium", SEVERITY_MEDIUM, false},
	{"warning", SEVERITY_MEDIUM, false},
	{"warn", SEVERITY_MEDIUM, false},
	{"average", SEVERITY_MEDIUM, false},
	{"p3", SEVERITY_MEDIUM, false},
	{"sev3", SEVERITY_MEDIUM, false},
	{"low", SEVERITY_LOW, false},
	{"minor", SEVERITY_LOW, false},
	{"notice", SEVERITY_LOW, false},
	{"p4", SEVERITY_LOW, false},
	{"sev4", SEVERITY_LOW, false},
	{"info", SEVERITY_INFO, false},
	{"information", SEVERITY_INFO, false},
	{"informational", SEVERITY_INFO, false},
	{"debug", SEVERITY_INFO, false},
	{"trace", SEVERITY_INFO, false},
	{"verbose", SEVERITY_INFO, false},
	{"p5", SEVERITY_INFO, false},
	{"ok", SEVERITY_INFO, true},
	{"normal", SEVERITY_INFO, true},
	{"success", SEVERITY_INFO, true},
	{"cleared", SEVERITY_INFO, true},
};

const char *severity_name(enum severity s)
{
	return levels[s].name;
}

int severity_number(enum severity s)
{
	return levels[s].number;
}

enum severity severity_from_name(struct span s)
{
	for (size_t i = 0; i < LEVELS; i++)
		if (span_is(s, levels[i].name))
			return (enum severity)i;
	return SEVERITY_UNKNOWN;
}

enum severity severity_from_word(struct span word, bool *resolved)
{
	word = span_trim(word);
	if (resolved)
		*resolved = false;
	for (size_t i = 0; word.len > 0 && i < sizeof words / sizeof *words; i++) {
		if ((*word.data | 0x20) != *words[i].word ||
		    !span_eq_nocase(word, span_cstr(words[i].word)))
			continue;
		if (resolved)
			*resolved = words[i].resolved;
		return words[i].severity;
	}
	return SEVERITY_UNKNOWN;
}
