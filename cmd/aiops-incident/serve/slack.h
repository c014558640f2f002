/*
 * Buttons under a message: a signed action of Slack becomes an approval or a
 * denial of the run that the message was about, by the person whom the Slack
 * user is. It is made by aiops-runbook with that person's key, so that everything
 * that holds for an approval holds for it.
 *
 *	# --slack-people
 *	U024BE7LH: {name: ana, key_file: /etc/aiops/ana.key}
 */
#ifndef AIOPS_INCIDENT_SLACK_H
#define AIOPS_INCIDENT_SLACK_H

#include "aiops-incident/commands.h"
#include "base/err.h"
#include "base/span.h"
#include "net/auth.h"
#include "yaml/yaml.h"

struct slack_people {
	struct yaml *document;
};

/* Errors: yaml_load's, and EX_BADCONFIG with a place. */
NODISCARD int slack_people_load(struct slack_people *p, const char *path, struct err *e);
void slack_people_release(struct slack_people *p);
/* Who a Slack user is; false: nobody. Texts are NUL-terminated. */
bool slack_person(const struct slack_people *p, struct span user, struct span *name,
		  struct span *key_file);

/* An action as Slack sends it. Texts belong to the pool. */
struct slack_action {
	struct span user, trigger, run;
	bool approve;
};
struct pool;
/* From the body of the request: payload=JSON, percent-encoded. Errors: EX_BADDATA. */
NODISCARD int slack_action_parse(struct span body, struct pool *pool, struct slack_action *out,
				 struct err *e);

#endif
