/*
 * A tool's table, as its YAML says it (share/schema/effects.schema.json).
 *
 *	tools:
 *	  - names: [kubectl, oc]
 *	    values: [-n, --namespace]        # flags that take the next word
 *	    commands:
 *	      get: read
 *	      rollout restart: {effect: write, repeatable: false}
 *	    flags:
 *	      - {flag: --dry-run, is: [client, server], makes: read}
 *	      - {flag: --all, raises: destructive}
 *
 * Private to effects/.
 */
#ifndef AIOPS_RUNBOOK_EFFECTS_TABLE_H
#define AIOPS_RUNBOOK_EFFECTS_TABLE_H

#include "aiops-runbook/effects/effects.h"
#include "base/map.h"
#include "base/pool.h"
#include "yaml/yaml.h"

struct texts {
	const struct span *items;
	size_t n;
};

/* "rollout restart" and what it does. */
struct tool_command {
	struct texts path;
	enum effect effect;
	bool repeatable;
};

struct tool_flag {
	struct texts flags;  /* any of these names */
	struct texts is;     /* with one of these values; n 0: any, or none */
	struct texts unless; /* not if one of these flags is there too */
	struct texts on;     /* only with these commands, as written in `commands`; n 0: any */
	enum effect effect;
	bool lowers; /* makes: the whole call is that; else it is at least that */
	bool inner;  /* the words behind it, up to ; or +, are a command of their own */
	bool sql;    /* its value is SQL */
	bool file;   /* its value names a file that is not known here: as bad as can be */
};

enum tool_kind {
	TOOL_COMMANDS, /* a path of subcommands, then flags and operands */
	TOOL_FLAGS,    /* no subcommands: the flags decide, beginning from `effect` */
	TOOL_WRAPPER,  /* runs the words behind its own options */
	TOOL_SHELL,    /* -c TEXT of plain words; anything else is code */
};

struct tool {
	enum tool_kind kind;
	struct texts names;
	struct texts values;  /* flags that take the next word as their value */
	struct texts allowed; /* TOOL_FLAGS: flags that change nothing; others are destructive */
	bool any_flag;        /* flags that are in no list change nothing */
	bool single_dash;     /* -delete is one flag, not six */
	bool fold_case;       /* GET is get */
	bool operands_free;  /* TOOL_COMMANDS: NAME=VALUE words before the command are no command */
	bool input_sql;      /* standard input is SQL */
	size_t max_operands; /* TOOL_FLAGS: more of them are destructive; +... is none */
	size_t skip;         /* TOOL_WRAPPER: operands of its own before the command */
	const struct tool_command *commands;
	size_t n_commands;
	const struct tool_flag *flags;
	size_t n_flags;
	enum effect effect; /* TOOL_FLAGS: with flags that change nothing */
	bool repeatable;
};

struct effects {
	struct map tools; /* name to struct tool */
	struct pool pool;
	struct yaml **documents;
	size_t n, cap;
};

bool texts_have(const struct texts *t, struct span word);
const struct tool *tool_named(const struct effects *t, struct span name);

#endif
