#include "aiops-ingest/formats/priority.h"

static enum severity severity_of_priority(int n)
{
	static const enum severity severities[] = {
		SEVERITY_CRITICAL, SEVERITY_CRITICAL, SEVERITY_CRITICAL, SEVERITY_HIGH,
		SEVERITY_MEDIUM,   SEVERITY_LOW,      SEVERITY_INFO,     SEVERITY_INFO,
	};

	return n >= 0 && n < 8 ? severities[n] : SEVERITY_UNKNOWN;
}

const char *facility_name(int n)
{
	static const char *const names[] = {
		"kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
		"uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
		"local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
	};

	return n >= 0 && (size_t)n < sizeof names / sizeof *names ? names[n] : NULL;
}

void judge_by_priority(struct ingest *in, struct span digit, struct event *ev)
{
	ev->has_severity = true;
	ev->severity_text = digit;
	ev->severity = SEVERITY_UNKNOWN;
	if (digit.len == 1 && *digit.data >= '0' && *digit.data <= '7')
		ev->severity = severity_of_priority(*digit.data - '0');
	else
		in->counts.severity_unknown++;
}
