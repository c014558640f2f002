/*
 * An incident record as aiops-correlate writes it (aiops-record(5)), read into
 * what triage decides on. Every part may be missing. Spans are borrowed from the
 * parsed record.
 */
#ifndef AIOPS_TRIAGE_INCIDENT_H
#define AIOPS_TRIAGE_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/span.h"
#include "record/event.h"
#include "record/record.h"

/* Members, causes and so on beyond these are counted, not read. */
#define INCIDENT_MEMBERS  1000
#define INCIDENT_CAUSES   16
#define INCIDENT_SERVICES 64
#define INCIDENT_LABELS   64
#define CAUSE_RECORDS     16

struct member {
	struct span id, name, component, service, role;
	enum severity severity;
	int64_t onset_ns; /* INT64_MAX if not known */
};

struct cause {
	struct span component;
	double share;                       /* 0 to 1 */
	struct span records[CAUSE_RECORDS]; /* ids of its evidence */
	size_t n_records;
};

struct incident {
	struct span record_id; /* "INC-...#3" */
	struct span id;        /* "INC-..." */
	struct span title;
	bool dated; /* starts_ns is known */
	int64_t starts_ns, last_ns;
	enum severity severity; /* effective, else stated, else the members' highest */
	struct member *members; /* owned array */
	size_t n_members;
	size_t omitted; /* members that are not in the record, or beyond INCIDENT_MEMBERS */
	struct cause causes[INCIDENT_CAUSES];
	size_t n_causes;
	struct span services[INCIDENT_SERVICES];
	size_t n_services;
	struct label labels[INCIDENT_LABELS];
	size_t n_labels;
	struct map
		places; /* components, services and hosts of members and causes, and the services */
};

/* Reads the parsed record. incident_release frees the array and the map. */
void incident_read(struct incident *inc, const struct record *r);
void incident_release(struct incident *inc);

/* Whether a component, service or host belongs to the incident. */
bool incident_has_place(const struct incident *inc, struct span place);

#endif
