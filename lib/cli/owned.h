/*
 * Memory that lives as long as the options it was read into.
 */
#ifndef AIOPS_CLI_OWNED_H
#define AIOPS_CLI_OWNED_H

#include <stddef.h>

struct owned {
	void **items;
	size_t n, cap;
};

/* Hands p over; it is freed by owned_release. Returns p. */
void *owned_take(struct owned *o, void *p);
void owned_release(struct owned *o);

#endif
