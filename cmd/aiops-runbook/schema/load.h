/*
 * The parts of reading a runbook, one file a part: each takes a node of the
 * document into its place in the model, and adds what is wrong to the findings. Private to schema/.
 */
#ifndef AIOPS_RUNBOOK_LOAD_H
#define AIOPS_RUNBOOK_LOAD_H

#include "aiops-runbook/schema/reader.h"

/* load_param.c: `parameters`, and the type of a capture. */
void load_params(struct reader *r, const struct yaml_node *map);
/* The keys of a value's declaration; extra is what may stand beside them (NULL-terminated, may be
 * NULL). */
void load_value_type(struct reader *r, const struct yaml_node *map, const char *const *extra,
		     struct param *out);
/* [a-z][a-z0-9_]{0,62} */
bool load_is_name(struct span s);

/* load_http.c: a request in the place of argv. flat: map holds other keys too, which the caller
 * checks. */
void load_http(struct reader *r, const struct yaml_node *map, bool flat, struct cmd *out);

/* load_sandbox.c: `sandbox` of a command; *out stays NULL if there is none. */
void load_sandbox(struct reader *r, const struct yaml_node *map, const struct sandbox_rules **out);

/* load_command.c: a command and what belongs to running it: argv or http, env, input, timeout,
 * kill_after, output_limit of map, whose keys the caller checks. flat_http: the keys of a request
 * stand in map itself. */
void load_command(struct reader *r, const struct yaml_node *map, bool flat_http, struct cmd *out);
/* What c's end must look like; c has been read. */
void load_expect(struct reader *r, const struct yaml_node *n, struct cmd *c);
/* `when`. */
void load_condition(struct reader *r, const struct yaml_node *n, struct condition *out);
/* `effect` of what must only read: another value is RB403, and so is a request that does more.
 * what: "a precondition". */
void load_read_effect(struct reader *r, const struct yaml_node *n, const struct cmd *c,
		      const char *what);
void load_poll(struct reader *r, const struct yaml_node *n, struct poll *out);

/* load_retry.c: `retry` of a command, or of a request. */
void load_retry(struct reader *r, const struct yaml_node *n, bool http, struct retry *out);

/* load_step.c: steps and probes. */
void load_probes(struct reader *r, const struct yaml_node *list, const char *what,
		 struct probe **out, size_t *n);
void load_steps(struct reader *r, const struct yaml_node *list, struct step **out, size_t *n);

/* load_target.c: target, action_type, target_type and target_selector of a step that acts. */
#define TARGET_KEYS "target", "action_type", "target_type", "target_selector"
void load_target(struct reader *r, const struct yaml_node *map, struct step *s);

/* load_capture.c: gives the names (for templates) of what the steps of list capture. */
void load_capture_names(struct reader *r, const struct yaml_node *list);
/* `capture` of the step with that index. */
void load_captures(struct reader *r, const struct yaml_node *map, size_t index, struct step *s);

/* load_policy.c: limits, approval, escalation, triggers. */
void load_limits(struct reader *r, const struct yaml_node *n);
void load_breaker(struct reader *r, const struct yaml_node *n);
void load_approval(struct reader *r, const struct yaml_node *n);
void load_escalation(struct reader *r, const struct yaml_node *n);
void load_triggers(struct reader *r, const struct yaml_node *n);

#endif
