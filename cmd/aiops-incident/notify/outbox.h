/*
 * Messages on their way: rows that outlive the process, so that nothing is lost
 * while a channel is down, and nothing is sent twice (migration 61).
 *
 *	waiting -> sending -> sent
 *	                   -> waiting (again, later) -> ... -> failed
 *	held -> waiting, or digested: told together in one message
 *
 * Nothing here begins or ends a transaction.
 */
#ifndef AIOPS_INCIDENT_NOTIFY_OUTBOX_H
#define AIOPS_INCIDENT_NOTIFY_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-incident/notify/news.h"
#include "base/err.h"
#include "base/pool.h"
#include "store/store.h"

/* A message. Texts belong to the pool it was read into. */
struct letter {
	int64_t id; /* 0: not in the outbox yet */
	struct span incident, channel, record_id, subject, text, body;
	enum event event;
	enum severity severity;
	int64_t created_ns, due_ns;
	int64_t attempts;
	bool again;       /* a sender died with it: it may have gone out */
	int64_t lease_ns; /* while it is being sent: until when nobody else takes it */
};

/* Puts a letter into the outbox. One of the same incident and channel that waits still, untried, is
 * replaced. held: a word for why it must wait for
 * others, NULL: it need not. The same record_id, channel and event are put in once only: then
 * nothing happens. */
NODISCARD int outbox_put(struct store *s, const struct letter *l, const char *held, struct err *e);

/* The event of the letter about an incident that waits for a channel, untried; EVENTS: none does.
 */
NODISCARD int outbox_waiting(struct store *s, struct span incident, struct span channel,
			     enum event *out, struct err *e);

/* Takes back what waits for a channel about an incident, untried. */
NODISCARD int outbox_drop(struct store *s, struct span incident, struct span channel,
			  struct err *e);

/* Takes the next letter that is due, for lease_ms; 1, 0: none, -1. skip: names of channels that
 * cannot be used now, as a JSON array. */
NODISCARD int outbox_take(struct store *s, int64_t now_ns, int64_t lease_ms, struct span skip,
			  struct pool *pool, struct letter *out, struct err *e);
NODISCARD int outbox_sent(struct store *s, const struct letter *l, int64_t now_ns, struct err *e);
/* Tries again at due_ns, or (give_up) never: failed. */
NODISCARD int outbox_not_sent(struct store *s, const struct letter *l, int64_t due_ns, bool give_up,
			      const char *why, struct err *e);
/* Puts it back as it was: nothing was tried. due_ns: when to look again. */
NODISCARD int outbox_return(struct store *s, const struct letter *l, int64_t due_ns, struct err *e);

/* How many went out on a channel since then. */
NODISCARD int outbox_count_sent(struct store *s, struct span channel, int64_t since_ns, int64_t *n,
				struct err *e);
/* Holds a letter back until others have room. */
NODISCARD int outbox_hold(struct store *s, const struct letter *l, const char *why, struct err *e);
/* The held ones of a channel whose due time has come: n of them; if there is one it waits again
 * (sent as it is); if more, they are digested into one letter that names them. */
NODISCARD int outbox_release(struct store *s, struct span channel, int64_t now_ns, int64_t *n,
			     struct err *e);

/* Until when nothing is due that could go; INT64_MAX: nothing waits for a time. skip: as above.
 * *waiting: all that wait, are held or being sent. */
NODISCARD int outbox_next(struct store *s, int64_t now_ns, struct span skip, int64_t *due_ns,
			  int64_t *waiting, struct err *e);
/* Forgets messages of before then that are settled, at most 1,000 in a call. */
NODISCARD int outbox_prune(struct store *s, int64_t before_ns, struct err *e);

/* ---- what a channel was told of an incident ---- */

struct told {
	bool known;
	enum severity severity;
	enum status status;
	bool hypothesis; /* it had one */
	int64_t at_ns;   /* of the newest record that it was told from */
};
NODISCARD int told_read(struct store *s, struct span incident, struct span channel,
			struct told *out, struct err *e);
NODISCARD int told_write(struct store *s, struct span incident, struct span channel,
			 const struct told *t, struct err *e);
/* The channels that were told of it, each once. */
typedef int told_fn(void *ctx, struct span channel, struct err *e);
NODISCARD int told_each(struct store *s, struct span incident, told_fn *fn, void *ctx,
			struct err *e);

/* ---- escalation: who is next if nobody acknowledges ---- */

struct ladder {
	struct span incident;
	int64_t step;    /* of its path, the next to be told */
	int64_t next_ns; /* when */
};
NODISCARD int ladder_put(struct store *s, const struct ladder *l, struct err *e);
NODISCARD int ladder_remove(struct store *s, struct span incident, struct err *e);
/* 1 found, 0 not, -1. */
NODISCARD int ladder_read(struct store *s, struct span incident, struct ladder *out, struct err *e);
/* The first that is due; 1, 0, -1. */
NODISCARD int ladder_due(struct store *s, int64_t now_ns, struct pool *pool, struct ladder *out,
			 struct err *e);
NODISCARD int ladder_next(struct store *s, int64_t *next_ns, struct err *e);

#endif
