/*
 * A listening TCP socket from "HOST:PORT". HOST is a number: no name is looked up.
 */
#ifndef AIOPS_NET_LISTENER_H
#define AIOPS_NET_LISTENER_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/err.h"

/* Room for "[IPv6%scope]:port". */
#define ADDRESS_TEXT 96

struct listener_address {
	char text[ADDRESS_TEXT]; /* "127.0.0.1:8080", "[::1]:8080" */
	int port;
	bool loopback;
};

/* Returns the descriptor (O_CLOEXEC, non-blocking), with what it is bound to in *where, or -1.
 * Errors: EX_BADUSAGE (not an address), EX_CANNOTCREATE (in use, not permitted, not ours). */
NODISCARD int listener_open(const char *address, struct listener_address *where, struct err *e);

/* The host of an address without its port; "" for NULL and what is not IP. */
void address_text(const struct sockaddr *a, char out[static ADDRESS_TEXT]);

#endif
