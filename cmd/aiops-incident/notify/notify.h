/*
 * aiops-incident notify: what records tell becomes letters in the outbox; letters
 * that are due go out.
 */
#ifndef AIOPS_INCIDENT_NOTIFY_H
#define AIOPS_INCIDENT_NOTIFY_H

#include "aiops-incident/commands.h"
#include "aiops-incident/notify/outbox.h"
#include "aiops-incident/notify/rules.h"
#include "aiops-incident/notify/send.h"
#include "aiops-incident/register/change.h"

struct notify_counts {
	int64_t letters, sent, failed, again, held, digests, escalated;
};

struct notifier {
	struct cli *c;
	struct notify_rules rules;
	struct store *store;
	struct span actor;
	struct buf actor_text;
	struct sender sender;
	struct pool pool; /* of one record, or one letter */
	struct notify_counts count;
	struct buf skip; /* JSON array of channels whose breaker is open */
	int64_t skip_until_ns;
};

/* ---- decide.c: inside an open transaction ---- */

/* Whether the channel is a pager that this ends or stops: such a message is never held back. */
bool quiets_pager(const struct notifier *n, struct span channel, enum event event);

/* Puts letters for what an incident or run record tells. Errors: the store's. */
NODISCARD int notifier_take(struct notifier *n, const struct record *r, struct err *e);
/* Puts letters for incidents that nobody has acknowledged in time. */
NODISCARD int notifier_escalate(struct notifier *n, int64_t now_ns, struct err *e);

/* ---- post.c: outside of transactions ---- */

/* Sends what is due, until nothing is, or stop, or deadline_ns by the clock. Each outcome is
 * recorded in the transaction that settles it. Errors: the store's. */
NODISCARD int notifier_send(struct notifier *n, int64_t deadline_ns, struct err *e);
/* When something is due next; INT64_MAX: nothing waits. */
NODISCARD int notifier_next(struct notifier *n, int64_t *due_ns, int64_t *waiting, struct err *e);

int64_t notifier_now(const struct notifier *n);

#endif
