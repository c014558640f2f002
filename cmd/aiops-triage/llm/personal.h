/*
 * Where personal data stands in a text: addresses of mail and network, names of hosts and
 * users, numbers of telephones and cards. Hand-written scanners in one pass; what looks
 * like one is taken for one. Pure.
 */
#ifndef AIOPS_TRIAGE_PERSONAL_H
#define AIOPS_TRIAGE_PERSONAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum personal_type {
	PERSONAL_EMAIL,
	PERSONAL_IP,    /* version 4 or 6, without its port */
	PERSONAL_MAC,   /* hardware address */
	PERSONAL_HOST,  /* a name of three parts or more */
	PERSONAL_USER,  /* behind user=, user "..." and the like, and in /home/... */
	PERSONAL_PHONE, /* with its + */
	PERSONAL_CARD,  /* 13 to 19 digits with Luhn's check digit (ISO/IEC 7812-1) */
	PERSONAL_TYPES
};
/* "EMAIL", ... */
const char *personal_name(enum personal_type t);

struct personal {
	size_t begin, end; /* in the text */
	enum personal_type type;
};

/* The first at or behind `from`; false if there is none. O(len) over all calls. */
bool personal_next(struct span text, size_t from, struct personal *out);

#endif
