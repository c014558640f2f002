/*
 * A runbook as it was written: the typed model behind aiops-runbook(5), with
 * the place of everything that a message may have to point at.
 */
#ifndef AIOPS_RUNBOOK_MODEL_H
#define AIOPS_RUNBOOK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-runbook/schema/finding.h"
#include "aiops-runbook/schema/param.h"
#include "aiops-runbook/schema/template.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/span.h"
#include "pattern/pattern.h"

/* Ordered: what is absent counts as the worst. */
enum effect { EFFECT_READ, EFFECT_WRITE, EFFECT_DESTRUCTIVE };
enum risk { RISK_LOW, RISK_MEDIUM, RISK_HIGH, RISK_CRITICAL };
enum step_type { STEP_COMMAND, STEP_WAIT, STEP_VERIFY, STEP_MESSAGE, STEP_HTTP };
enum on_failure {
	ON_FAILURE_ABORT,
	ON_FAILURE_CONTINUE,
	ON_FAILURE_ROLLBACK,
	ON_FAILURE_ESCALATE,
	ON_FAILURE_STEP, /* go on with another step, further down */
};
extern const char *const effect_names[], *const risk_names[], *const step_type_names[],
								      *const on_failure_names[];

/* What a step is by its nature: what the risk of a plan is assessed by. */
enum action_type {
	ACTION_RESTART,
	ACTION_SCALE,
	ACTION_ROLLBACK,
	ACTION_TERMINATE,
	ACTION_CONFIG_CHANGE,
	ACTION_OTHER,
};
extern const char *const action_type_names[];

/* A scalar with its place; text.data is NULL if it is absent. */
struct scalar {
	struct span text;
	struct pos at;
};

/* How an observed value is compared: op value. */
enum op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN, OP_MATCHES, OP_EXISTS };
extern const char *const op_names[];

struct comparison {
	bool given;
	enum op op;
	struct template value;   /* not for in, exists */
	struct words among;      /* in */
	struct pattern *pattern; /* matches */
	struct span pattern_text;
	struct span path; /* JSON path; SPAN_NONE: the trimmed output itself */
	struct pos at;
};

/* `when`: the value that `of` has must fulfil the comparison. */
struct condition {
	bool given;
	struct template of;
	struct comparison is;
};

/* What a command's end must look like. */
struct expect {
	struct pos at;
	bool given;
	bool of_http; /* exit statuses are those of aiops-http(1) */
	int *codes;   /* accepted exit statuses */
	size_t n_codes;
	struct pattern *stdout_pattern; /* found anywhere; NULL if absent */
	struct span stdout_text;
	struct pattern *stderr_pattern;
	struct span stderr_text;
	struct comparison output; /* `output`: the trimmed standard output */
	struct comparison json;   /* `json`: a value in it */
};

struct env_var {
	struct span name;
	struct template value;
};

struct http;          /* schema/http.h */
struct sandbox_rules; /* schema/sandbox.h */

struct cmd {
	struct pos at;
	struct http *http; /* a request; argv is then that of aiops-http. NULL: a command */
	const struct sandbox_rules *sandbox; /* NULL: none */
	struct template *argv;
	size_t argc;
	struct env_var *env;
	size_t n_env;
	struct span input; /* standard input, constant; SPAN_NONE: none */
	struct span
		input_file; /* where it came from, relative to the runbook; SPAN_NONE if inline */
	int64_t timeout_ms; /* 0: not given */
	struct pos timeout_at;
	int64_t kill_after_ms;
	size_t output_limit;
	bool output_halts; /* output_policy: halt */
	struct expect expect;
};

struct poll {
	bool given;
	struct pos at;
	int64_t every_ms, for_ms, consecutive;
};

enum retry_cause {
	RETRY_TIMEOUT,
	RETRY_EXIT,
	RETRY_SIGNAL,
	RETRY_STATUS,        /* of an HTTP answer */
	RETRY_NO_CONNECTION, /* the request was not sent */
	RETRY_NO_ANSWER,     /* it was sent, and no answer came */
};
struct retry_on {
	enum retry_cause cause;
	int number; /* exit status, signal or HTTP status */
};
struct retry {
	bool given;
	struct pos at;
	int64_t max_attempts, initial_ms, max_ms;
	double backoff, jitter_ratio;
	struct retry_on *on;
	size_t n_on;
};

struct capture {
	struct param as;         /* name and type: a captured value is checked like a parameter */
	struct pattern *pattern; /* regex on standard output, or */
	struct span pattern_text;
	struct pos pattern_at;
	struct span path; /* JSON path */
	size_t step;      /* index of the step that captures it */
};

/* A read: precondition, verification, check. */
struct probe {
	struct scalar id, name;
	struct pos at;
	struct cmd command;
	struct poll poll;
};

/* target_selector: by which labels the target is found. */
struct selector_label {
	struct span name;
	struct template value;
};

enum rollback_kind { ROLLBACK_ABSENT, ROLLBACK_NONE, ROLLBACK_COMMAND };

struct step {
	struct scalar id, name;
	struct pos at;
	enum step_type type;
	enum effect effect;
	bool effect_given, idempotent, idempotent_given, has_check, on_unknown_escalate;
	bool has_target;
	struct template target;
	enum action_type action; /* see step_action */
	bool action_given;
	struct span target_type; /* pod, service, ...; SPAN_NONE if it is not said */
	struct selector_label *selector;
	size_t n_selector;
	struct condition when;
	struct cmd command;       /* command, verify, http */
	struct poll poll;         /* verify */
	struct template duration; /* wait, or */
	struct template until;    /* a time; source.data is NULL if absent */
	struct template message;  /* message */
	struct retry retry;
	struct cmd dry_run; /* argc 0: absent */
	struct cmd check;   /* its expect is done_if */
	enum on_failure on_failure;
	bool on_failure_given;
	struct pos on_failure_at;
	struct span jump_id; /* of ON_FAILURE_STEP */
	size_t jump_to;      /* its index; that of no step while the id is not resolved */
	enum rollback_kind rollback;
	struct pos rollback_at;
	struct scalar rollback_reason;
	struct cmd undo;
	enum effect undo_effect;
	bool undo_idempotent;
	size_t *captures; /* indexes into the runbook's */
	size_t n_captures;
};

struct trigger_label {
	struct span name;
	struct words values;
};
struct trigger {
	struct trigger_label *labels;
	size_t n;
};

struct limits {
	struct pos at;
	bool given;
	int64_t max_actions_per_hour; /* 10 unless given */
	bool max_actions_given;
	int64_t per_target_cooldown_ms;       /* 0: none */
	int64_t max_targets;                  /* 0: not given */
	double max_target_percent;            /* of population; 0: not given */
	struct template population;           /* how many there are in all, stated */
	int64_t max_steps_per_incident;       /* 0: none */
	int64_t max_destructive_per_incident; /* 0: none */
	bool allow_all;          /* a target may be everything; then a person decides always */
	int64_t concurrency;     /* runs with the same key at a time; 1 unless given */
	int64_t max_duration_ms; /* 0: not given */
	struct pos max_duration_at;
	bool has_concurrency_key;
	struct template concurrency_key;
};

struct approval_policy {
	struct pos at;
	bool given;
	bool required_for[EFFECT_DESTRUCTIVE + 1]; /* destructive unless given */
	int64_t min_approvals;                     /* 1 unless given */
	struct scalar *approvers;
	size_t n_approvers;
	bool approvers_given, allow_self;
	struct pos allow_self_at;
	int64_t expires_in_ms;
	bool expires_given;
	struct pos expires_at;
};

/* What opens the runbook's breaker, and for how long (breaker/breaker.h). */
struct breaker_settings {
	bool threshold_given, open_for_given;
	int64_t failure_threshold; /* in a row; BREAKER_FAILURES unless given */
	int64_t window_ms;         /* what is older does not count; 0: of any age */
	int64_t minimum_calls;     /* failure_rate and slow_rate are looked at from so many on */
	double failure_rate, slow_rate;
	int64_t slow_after_ms; /* 0: no run is slow */
	int64_t open_for_ms, max_open_for_ms;
	int64_t half_open_max, success_threshold;
};

struct escalation {
	struct pos at;
	bool given;
	struct words on;
	struct span notify;
	int64_t after_failures; /* of the runbook in a row; 1 unless given */
};

struct runbook {
	char *path;            /* as it was named */
	struct yaml *document; /* owns all source text */
	struct span source;    /* the file's bytes */
	struct pool pool;
	struct digest
		digest; /* of the document in canonical form: comments and layout do not count */
	struct digest file_digest; /* of the file's bytes */

	struct span id, name, description, owner, docs, reviewed_at;
	struct pos id_at;
	int64_t review_every_ms;
	enum risk risk;
	bool ai_executable;
	struct trigger *triggers;
	size_t n_triggers;
	struct param *params;
	size_t n_params;
	struct capture *captures;
	size_t n_captures;
	struct limits limits;
	struct approval_policy approval;
	struct breaker_settings breaker;
	struct probe *preconditions, *verify, *verify_rollback;
	size_t n_preconditions, n_verify, n_verify_rollback;
	bool verify_rollback_given;
	struct step *steps, *always;
	size_t n_steps, n_always;
	struct escalation escalation;
	struct pattern **patterns; /* all that were compiled, for freeing */
	size_t n_patterns, cap_patterns;
};

/* What a step does to the world by its own words; no effect given is the worst. */
enum effect step_effect(const struct step *s);
/* Its class of action: what it says, else the worst that its effect allows (destructive: terminate,
 * write: other). */
enum action_type step_action(const struct step *s);
/* True if any step (always and undo included) does more than read. */
bool runbook_acts(const struct runbook *rb);

/*
 * Reads a file (YAML or JSON) and checks it against the schema: findings of RB001 to RB006 are
 * added to f. NULL if no model could be made at all (unreadable: EX_UNREADABLE in e; broken
 * syntax: e->code EX_DONE, the finding says it). A model with findings may be looked at, not run.
 */
struct runbook *runbook_load(const char *path, struct findings *f, struct err *e);
/* The same from text; path names it in messages and is where input files are looked for. */
struct runbook *runbook_parse(const char *path, struct span text, struct findings *f);
void runbook_free(struct runbook *rb);

#define RUNBOOK_ID_MAX 63
/* [a-z0-9][a-z0-9-]{0,62} */
bool runbook_id_is_valid(struct span id);

#define APPROVAL_EXPIRES_MS     (30 * 60 * INT64_C(1000))
#define APPROVAL_EXPIRES_MAX_MS (24 * 3600 * INT64_C(1000))
#define MAX_ACTIONS_PER_HOUR    10
#define BREAKER_FAILURES        3
#define BREAKER_OPEN_MS         (300 * INT64_C(1000))
#define BREAKER_OPEN_MAX_MS     (8 * 3600 * INT64_C(1000))
#define OUTPUT_LIMIT            65536
#define CONCURRENCY_MAX         1000
#define KILL_AFTER_MS           5000
#define STEP_TIMEOUT_MAX_MS     (3600 * INT64_C(1000))

#endif
