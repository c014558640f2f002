/*
 * One incident as it stands in the register.
 */
#ifndef AIOPS_INCIDENT_INCIDENT_H
#define AIOPS_INCIDENT_INCIDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-incident/register/lifecycle.h"
#include "base/span.h"

#define INCIDENT_ID_LEN 20        /* INC- and 16 characters */
#define INCIDENT_NEVER  INT64_MIN /* a time that has not come, or is not known */

/* Absent texts are SPAN_NONE; all belong to the pool that it was read into. Times in nanoseconds
 * since the epoch. */
struct incident {
	char id[INCIDENT_ID_LEN + 1];
	int64_t number;  /* counts incidents of this register from 1: "#42", for people */
	int64_t version; /* changes so far; grows by 1 with each */
	enum status status;
	enum severity severity;
	bool severity_set; /* by a person: records do not change it any more */
	bool title_set;
	struct span title, type; /* type: the class of triage or a person's */
	struct span service;     /* the first of services */
	struct span services;    /* JSON array of strings, as are the next two */
	struct span resources;   /* components that are affected */
	struct span metrics;     /* names of what alerts about it */
	struct span key;         /* what a repetition has in common with it */
	struct span component;   /* the first suspect */
	struct span hypothesis, first_action, runbook;
	double confidence;       /* 0 to 1; NAN: not known */
	struct span cause;       /* the actual one, as a person or a review says */
	struct span remedy;      /* what ended it */
	struct span detected_by; /* programme, model or person */
	struct span assigned_to, commander, communications, acked_by;
	struct span merged_into; /* the incident that this one is part of */
	int64_t starts_ns;       /* impact began */
	int64_t detected_ns, acked_ns, mitigated_ns, resolved_ns, last_seen_ns;
	bool auto_resolved;       /* no person said so */
	bool automated;           /* a run of a runbook succeeded, and was verified */
	int64_t agreed;           /* the hypothesis was right: 1, not: 0, nobody said: -1 */
	int64_t alerts, reopened; /* how many, how often */
	int64_t reopened_ns;      /* the last time */
	struct span actions;      /* what runs did about it: JSON array, oldest first */
	int64_t entries;          /* of its time line */
};

/* A moment of its time line. */
struct entry {
	int64_t n;            /* within the incident, from 1 */
	int64_t at_ns;        /* when it happened */
	struct span incident; /* whose: its own, or one that was merged into it */
	struct span actor;
	struct span change;       /* opened, acknowledged, ... */
	struct span from, status; /* SPAN_NONE unless the state changed */
	struct span text;         /* a sentence */
};

#endif
