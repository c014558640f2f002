/*
 * The event record of aiops-record(5): what its fields mean, in code.
 */
#ifndef AIOPS_RECORD_EVENT_H
#define AIOPS_RECORD_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"
#include "record/record.h"

/* Ordered: the rank is the number. */
enum severity {
	SEVERITY_UNKNOWN,
	SEVERITY_INFO,
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH,
	SEVERITY_CRITICAL
};

/* "critical" ... "unknown". */
const char *severity_name(enum severity s);
/* OpenTelemetry's scale: 21, 17, 13, 11, 9, 0. */
int severity_number(enum severity s);
/* Our own six names only, exact; SEVERITY_UNKNOWN for anything else. */
enum severity severity_from_name(struct span s);
/* The free-word table (aiops-record(5), SEVERITY), case-insensitive and
 * trimmed: "page" is critical, "warn" medium, "P1", "Sev3", ...; *resolved (may be
 * NULL) is set for words that say it is over (ok, normal, success, cleared). */
enum severity severity_from_word(struct span word, bool *resolved);

enum kind {
	KIND_NONE,
	KIND_ALERT,
	KIND_METRIC,
	KIND_LOG,
	KIND_CHANGE,
	KIND_TRACE,
	KIND_PREDICTION,
	KIND_HEARTBEAT,
	KIND_TOPOLOGY,
	KIND_DRIFT,
	KIND_INCIDENT,
	KIND_SUMMARY,
	KIND_NOTICE,
	KIND_PLAN,
	KIND_RUN,
	KIND_AUDIT,
	KIND_DEAD_LETTER,
};
/* The kind of a parsed record; KIND_NONE if absent or not one of these. */
enum kind record_kind(const struct record *r);
const char *kind_name(enum kind k);

/* The record's `timestamp`; -1 if it is missing or no RFC 3339 time. */
NODISCARD int record_timestamp(const struct record *r, struct instant *out, struct err *e);

/* One label: both spans borrowed. */
struct label {
	struct span name, value;
};
/* Sorts by name, unsigned bytes. */
void labels_sort(struct label *labels, size_t n);

#define FINGERPRINT_HEX 16
/* Alertmanager's fingerprint: FNV-1a 64 over sorted name 0xFF value 0xFF, empty
 * values left out. labels must be sorted. Source: prometheus/common model/signature.go. */
uint64_t labels_fingerprint(const struct label *labels, size_t n);
void fingerprint_hex(uint64_t fp, char out[static FINGERPRINT_HEX + 1]);

#define EVENT_ID_LEN 32
/* The record id of aiops-record(5): the first 32 hex digits of SHA-256 over
 * kind, source, source_id, status and when (starts_at, else timestamp), each
 * followed by NUL; absent parts are empty. */
void event_id(char out[static EVENT_ID_LEN + 1], struct span kind, struct span source,
	      struct span source_id, struct span status, struct span when);

/* PREFIX + 16 characters of Crockford base32 from 10 bytes: "INC-7Q2M...". out holds prefix + 17.
 */
void short_id(char *out, const char *prefix, const uint8_t bytes[static 10]);

/* Checks a record against the schema (required fields, types, closed sets).
 * Returns 0, or -1 with the first violation: "severity: 'bad' is not one of ...". */
NODISCARD int event_validate(const struct record *r, struct err *e);

/* The name of the i-th field that event_validate looks at, NULL behind the last. A
 * name comes twice if its meaning depends on the kind. For tests of the manual. */
const char *event_field(size_t i);

#endif
