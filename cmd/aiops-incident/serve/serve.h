/*
 * aiops-incident serve: the register by HTTP, for reading: JSON, metrics, and a
 * board for people that needs no script.
 */
#ifndef AIOPS_INCIDENT_SERVE_H
#define AIOPS_INCIDENT_SERVE_H

#include <sys/types.h>

#include "aiops-incident/commands.h"
#include "aiops-incident/register/register.h"
#include "aiops-incident/serve/slack.h"
#include "net/auth.h"
#include "net/server.h"

struct service {
	struct cli *c;
	const struct serve_options *o;
	struct server *server;
	struct secrets tokens, slack_secrets;
	struct slack_people people;
	struct store *store; /* NULL: nothing has been registered yet */
	dev_t device;        /* the file that store is */
	ino_t inode;
};

/* ---- answers ---- */

void answer_json(struct exchange *x, int status, struct span body);
/* {"error":"word","message":"text"} */
void answer_problem(struct exchange *x, int status, const char *word, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Finds the route and answers; serve/route.c. */
void service_request(void *ctx, struct exchange *x);

/* GET /aiops/incidents and /aiops/incidents/ID; serve/api.c. */
void api_list(struct service *s, struct exchange *x);
void api_one(struct service *s, struct exchange *x, struct span id);
/* GET /metrics */
void api_metrics(struct service *s, struct exchange *x);

/* POST /slack/actions; serve/slack.c. */
void slack_request(struct service *s, struct exchange *x);

/* GET / and /incidents/ID; serve/html.c. */
void html_board(struct service *s, struct exchange *x);
void html_one(struct service *s, struct exchange *x, struct span id);

/* 500, and a message. The store is opened anew for the next request. */
void answer_store_failed(struct service *s, struct exchange *x, const struct err *e);

#endif
