/*
 * The frame of every programme: one option table drives getopt_long, --help,
 * shell completion, the environment, the configuration file and the check of
 * the manual page; messages, exit codes and standard output are handled once.
 *
 * A programme's main.c holds its tables and calls cli_main(). What an option
 * means is a field of the programme's own options struct:
 *
 *	struct options { int64_t window_ms; const char *topology; };
 *	static const struct opt opts[] = {
 *		{'w', "window", OPT_DURATION, offsetof(struct options, window_ms), "GAP", "2m",
 *		 "gap in event time that ends an incident"},
 *		{0, "topology", OPT_FILE, offsetof(struct options, topology), "FILE", NULL,
 *		 "who depends on whom (JSON)"},
 *	};
 *
 * Value of an option: command line, else AIOPS_<TOOL>_<OPTION>, else
 * AIOPS_<OPTION>, else the configuration file (the part of the programme, then
 * `common`), else the default. In the environment and the file '-' is '_'.
 */
#ifndef AIOPS_CLI_CLI_H
#define AIOPS_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

/* What an option's field is, and so what its text may be. */
enum opt_kind {
	OPT_FLAG,     /* bool; no argument; true/false in environment and file */
	OPT_TEXT,     /* const char *, NULL if absent */
	OPT_FILE,     /* const char *; completed as a file name */
	OPT_DIR,      /* const char *; completed as a directory */
	OPT_I64,      /* int64_t */
	OPT_SIZE,     /* size_t, bytes */
	OPT_DURATION, /* int64_t, milliseconds */
	OPT_DOUBLE,   /* double */
	OPT_CHOICE,   /* int: index into choices */
	OPT_TIME,     /* struct opt_time */
	OPT_TEXTS,    /* struct opt_texts; may be repeated; a list in the file, commas in the
			 environment */
	OPT_COUNT,    /* int; one more each time it is given, up to max; a number in environment and
			 file */
};

struct opt_time {
	bool given;
	struct instant at;
};
struct opt_texts {
	const char **items;
	size_t n;
};

enum opt_flags {
	OPT_ARGV_ONLY = 1u << 0, /* one call's business: not in environment or configuration file */
	OPT_NOT_IN_FILE = 1u << 1, /* not in the configuration file */
	OPT_NO_INPUT = 1u << 2, /* answers a question and reads no input, so standard input may be a
				   terminal */
	OPT_OWN_PART = 1u << 3, /* in the configuration file not under `common`: programmes must not
				   share it */
};

struct opt {
	char letter;      /* 0: long only */
	const char *name; /* long name */
	enum opt_kind kind;
	size_t offset;              /* of its field in the options struct */
	const char *arg;            /* placeholder in help, NULL for flags */
	const char *standard;       /* default as text, NULL: zero, absent, false */
	const char *help;           /* one line, lower case */
	const char *const *choices; /* OPT_CHOICE: NULL-terminated words */
	int64_t min, max;           /* OPT_I64, OPT_SIZE, OPT_DURATION (ms), when max > min */
	unsigned flags;
};

/* The options that are the same everywhere; a command takes those it gives a meaning to. */
enum common_flags {
	CLI_FILTER =
		1u << 0, /* --strict --dead-letter --max-record --tolerate --stats --progress -u */
	CLI_EXIT_STATUS = 1u << 1, /* -e */
	CLI_STATE = 1u << 2,       /* --state */
	CLI_DB = 1u << 3,          /* --db */
	CLI_NOW = 1u << 4,         /* --now */
	CLI_FILES = 1u << 5, /* operands are input files; none and stdin a terminal: usage, 64 */
	CLI_DRAIN = 1u << 6, /* when the reader of standard output goes away, all input is still
			      * read (and stored); then the process ends as by SIGPIPE */
};
/* Always there: -h --help, -V --version, -v, -q, -c --config, --completion SHELL. */

struct common_options {
	bool help, version, quiet, exit_status, unbuffered, strict, stats;
	int verbose; /* 0, 1 (-v), 2 (-vv) */
	const char *config, *dead_letter, *state, *db, *completion;
	size_t max_record;
	const char *tolerate; /* "N" or "N%" */
	int progress;         /* auto, always, never */
	struct opt_time now;
};

struct cli;

struct command {
	const char *name;     /* "compare"; NULL if the programme has no subcommands */
	const char *operands; /* "[file ...]" */
	const char *summary;  /* one line */
	const struct opt *opts;
	size_t n_opts;
	size_t options_size;  /* of the options struct */
	unsigned common;      /* enum common_flags */
	const char *examples; /* lines for --help; each "  command\n" with "  # comment\n" lines */
	int (*run)(struct cli *c); /* returns the exit code; messages were printed */
};

struct program {
	const char *name;    /* "aiops-drift" */
	const char *summary; /* one line for --help and man */
	const struct command *commands;
	size_t n_commands;
	const char *exit_codes;             /* lines for the tool's own codes, or NULL */
	const char *const *config_sections; /* NULL-terminated: further top-level keys of the
					     * configuration file that this programme reads itself;
					     * may be NULL */
};

/* Parses, prepares the process, runs the command, flushes and checks standard
 * output. Its result is main's. */
int cli_main(const struct program *p, int argc, char **argv);

/* What a running command may use. */
const void *cli_options(const struct cli *c); /* the filled options struct */
const struct common_options *cli_common(const struct cli *c);
const struct command *cli_command(const struct cli *c);
const char *cli_tool(const struct cli *c); /* "aiops-drift" */
char *const *cli_operands(const struct cli *c, size_t *n);
const struct env *cli_env(const struct cli *c);
/* --db, else $AIOPS_DB, else the default path. Borrowed. */
const char *cli_db_path(struct cli *c);
/* The user's login name by uid (not from the environment), or "uid-N". Borrowed. */
const char *cli_user(struct cli *c);
/* A top-level member of the configuration file that is no option (struct program
 * config_sections), as a yaml node, or NULL. */
struct yaml_node;
const struct yaml_node *cli_config_section(const struct cli *c, const char *key);
/* Whether the option of that long name stands on the command line. What environment and
 * configuration file say is for many calls, and may mean nothing to this one. */
bool cli_is_given(const struct cli *c, const char *name);
/* The configuration file that was read, for messages about it; NULL if there is none. */
const char *cli_config_path(const struct cli *c);
bool cli_stdout_is_terminal(const struct cli *c);
/* Columns of the terminal on standard output; 80 if there is none. $COLUMNS wins. */
int cli_columns(const struct cli *c);
/* Its lines; 0: not known, since it is no terminal or does not say. */
int cli_rows(const struct cli *c);
/* For commands that work for long without reading input: from now on INT and TERM do not
 * end the process but set the flag (a second one kills); what is under way is finished, run
 * returns, and cli_main ends the process by that signal. filter_run and input_open do this
 * themselves. Cannot fail in practice; if no pipe can be made the signals keep their default. */
const volatile bool *cli_catch_stop(struct cli *c);
/* A variable of the environment, for what no option covers (XDG_*, HOME); NULL if unset or empty.
 */
const char *cli_getenv(const char *name);

/* ---- messages: "aiops-x: error: stdin:42: text" on standard error ---- */

enum msg_level { MSG_ERROR, MSG_WARNING, MSG_INFO, MSG_DEBUG };
/* where may be NULL ("stdin:42", a file name). Control bytes are escaped; with
 * AIOPS_LOG=json one object a line. -q leaves errors only. */
void msg(struct cli *c, enum msg_level level, const char *where, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* Prints e as an error (position behind where) and returns e->code. A usage error
 * (EX_BADUSAGE) gets the line "try 'aiops-x --help'" behind it. */
int msg_err(struct cli *c, const char *where, const struct err *e);
/* Escapes what a terminal must not see: C0 but \n and \t, DEL, C1, U+2028/9,
 * bidi controls, invalid UTF-8. For every message and table that shows foreign text. */
void term_safe(struct buf *out, struct span s);
/* The same as one line: newlines and tabs become blanks, so that no text forges a row or a message.
 */
void term_line(struct buf *out, struct span s);

/* ---- standard output ---- */

/* Appends to the output buffer (64 KiB); a full buffer is written. An error is
 * kept, makes cli_out_failed true and the exit code 74. */
void out_write(struct cli *c, struct span s);
void out_flush(struct cli *c);
bool out_failed(const struct cli *c);

/* For programmes that serve others beside writing, and so must not wait for the reader of standard
 * output: from out_hold on, out_write only gathers, and out_pump writes what can be written
 * without waiting. Whoever gathers looks at out_pending first. out_flush still waits. */
void out_hold(struct cli *c);
void out_pump(struct cli *c);
size_t out_pending(const struct cli *c);
/* Bytes handed to out_write, and those of them that the system has taken; the latter means nothing
 * once out_failed. */
uint64_t out_total(const struct cli *c);
uint64_t out_written(const struct cli *c);
/* Brings what was written to the disk, where standard output is a regular file; for barriers, and
 * for whoever forgets what it has written. A failure is standard output's. */
void out_sync(struct cli *c);

#endif
