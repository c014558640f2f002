#include "net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/span.h"

union ip {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t size_of(const union ip *a)
{
	return a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
}

static bool parse_host(struct span host, in_port_t port, union ip *out)
{
	char text[INET6_ADDRSTRLEN];

	if (host.len == 0)
		host = SPAN("127.0.0.1");
	if (host.len >= sizeof text)
		return false;
	memcpy(text, host.data, host.len);
	text[host.len] = '\0';
	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = port;
		return true;
	}
	memset(out, 0, sizeof *out);
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = port;
	return inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1;
}

static int parse(const char *address, union ip *out, struct err *e)
{
	struct span all = span_cstr(address), host = SPAN_NONE, port = all;
	const char *colon = strrchr(address, ':');
	struct err why = ERR_INIT;
	int64_t number;

	if (colon) {
		host = span_of(address, (size_t)(colon - address));
		port = span_cstr(colon + 1);
	}
	if (host.len > 1 && *host.data == '[' && host.data[host.len - 1] == ']')
		host = span_of(host.data + 1, host.len - 2);
	else if (host.len > 0 && memchr(host.data, ':', host.len))
		return err_set(e, EX_BADUSAGE,
			       "'%s': an IPv6 address stands in brackets: [::1]:8080", address);
	if (num_parse_i64(port, 0, 65535, &number, &why) != 0)
		return err_set(e, EX_BADUSAGE, "'%s': no port: HOST:PORT is wanted", address);
	if (!parse_host(host, htons((in_port_t)number), out))
		return err_set(e, EX_BADUSAGE, "'%s': the host is not an IP address", address);
	return 0;
}

static bool is_loopback(const union ip *a)
{
	if (a->any.sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
	return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
}

static void describe(const union ip *a, struct listener_address *where)
{
	char host[ADDRESS_TEXT];
	bool v6 = a->any.sa_family == AF_INET6;

	address_text(&a->any, host);
	where->port = ntohs(v6 ? a->v6.sin6_port : a->v4.sin_port);
	where->loopback = is_loopback(a);
	(void)snprintf(where->text, sizeof where->text, v6 ? "[%.60s]:%d" : "%.60s:%d", host,
		       where->port); /* fits: an address is at most 46 bytes */
}

int listener_open(const char *address, struct listener_address *where, struct err *e)
{
	union ip a;
	socklen_t size = sizeof a;
	int fd, on = 1;

	if (parse(address, &a, e) != 0)
		return -1;
	fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set_errno(e, EX_CANNOTCREATE, errno, "cannot listen on %s", address);
	/* Else a restart has to wait until the old connections are forgotten. */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, &a.any, size_of(&a)) != 0 || listen(fd, SOMAXCONN) != 0 ||
	    getsockname(fd, &a.any, &size) != 0) {
		err_set_errno(e, EX_CANNOTCREATE, errno, "cannot listen on %s", address);
		(void)close(fd); /* nothing was written to it */
		return -1;
	}
	describe(&a, where);
	return fd;
}

void address_text(const struct sockaddr *a, char out[static ADDRESS_TEXT])
{
	const void *host = NULL;

	out[0] = '\0';
	if (a && a->sa_family == AF_INET)
		host = &((const struct sockaddr_in *)(const void *)a)->sin_addr;
	else if (a && a->sa_family == AF_INET6)
		host = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
	if (host && !inet_ntop(a->sa_family, host, out, ADDRESS_TEXT))
		out[0] = '\0';
}
