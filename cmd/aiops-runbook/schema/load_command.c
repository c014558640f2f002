/*
 * What is executed: argv, its environment and input, and its deadline.
 */
#include "aiops-runbook/schema/load.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "aiops-runbook/schema/http.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"

enum { INPUT_MAX = 65536, ARGV_MAX = 256, OUTPUT_MAX = 16 << 20 };

static void load_argv(struct reader *r, const struct yaml_node *list, struct cmd *out)
{
	struct template *argv;
	size_t n;

	if (!list)
		return;
	if (list->type == YAML_SCALAR) {
		finding_add(
			r->f, RB002, node_pos(list),
			"argv is a list of words, one an element: there is no shell to split '%.40s'",
			list->text.data);
		return;
	}
	argv = read_list(r, list, sizeof *argv, &n);
	if (!argv) {
		if (list->type == YAML_LIST)
			finding_add(r->f, RB002, node_pos(list), "argv is empty");
		return;
	}
	out->at = node_pos(list);
	for (size_t i = 0; i < n; i++)
		if (!read_template(r, list->items[i], &argv[i]))
			return;
	if (n > ARGV_MAX)
		finding_add(r->f, RB002, node_pos(list), "argv has %zu elements, at most %d", n,
			    ARGV_MAX);
	if (!template_is_constant(&argv[0]) || argv[0].source.len == 0)
		finding_add(r->f, RB002, argv[0].at,
			    "the first element names the executable and must be constant");
	out->argv = argv;
	out->argc = n;
}

/* Variables that change which code a programme loads or runs. */
static bool is_dangerous(struct span name)
{
	static const char *const exact[] = {"BASH_ENV", "ENV",          "IFS",
					    "PATH",     "GCONV_PATH",   "PYTHONSTARTUP",
					    "PERL5OPT", "NODE_OPTIONS", NULL};

	for (size_t i = 0; exact[i]; i++)
		if (span_is(name, exact[i]))
			return true;
	return span_starts(name, "LD_");
}

static bool is_env_name(struct span s)
{
	if (s.len == 0 || s.len > 128 || (s.data[0] >= '0' && s.data[0] <= '9'))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	return true;
}

static void load_env(struct reader *r, const struct yaml_node *map, struct cmd *out)
{
	if (!read_is(r, map, YAML_MAP) || map->n == 0)
		return;
	out->env = pool_array(&r->rb->pool, map->n, sizeof *out->env);
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_pair *p = &map->pairs[i];
		struct env_var *v = &out->env[out->n_env];
		struct pos at = {p->line, p->col};

		if (!is_env_name(p->key)) {
			finding_add(r->f, RB002, at, "'%.60s' is no name of a variable",
				    p->key.data);
		} else if (is_dangerous(p->key)) {
			finding_add(r->f, RB002, at,
				    "%s may not be set: it changes what a command runs",
				    p->key.data);
		} else if (read_template(r, p->value, &v->value)) {
			v->name = p->key;
			out->n_env++;
		}
	}
}

/* Opens a file below the runbook's directory, wherever .. and links lead. */
static int open_beneath(const char *runbook, const char *name, struct err *e)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY,
			       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
					  RESOLVE_NO_MAGICLINKS};
	const char *slash = strrchr(runbook, '/');
	char *dir = slash ? mem_dup(runbook, (size_t)(slash - runbook) + 1) : mem_dupz(".");
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;

	if (at < 0)
		err_set_errno(e, EX_BADCONFIG, errno, "cannot open directory '%s'", dir);
	else
		fd = (int)syscall(SYS_openat2, at, name, &how, sizeof how);
	if (at >= 0 && fd < 0)
		err_set_errno(e, EX_BADCONFIG, errno,
			      "cannot open '%.200s' (below the runbook's directory)", name);
	if (at >= 0)
		(void)close(at); /* only looked up from */
	free(dir);
	return fd;
}

static int read_fd(int fd, struct buf *out, struct err *e)
{
	char chunk[8192];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(e, EX_BADCONFIG, errno, "cannot read");
		buf_add(out, chunk, (size_t)n);
		if (buf_overflowed(out))
			return err_set(e, EX_BADCONFIG, "larger than %d bytes", INPUT_MAX);
	}
	return 0;
}

static void load_input_file(struct reader *r, const struct yaml_node *n, struct cmd *out)
{
	struct buf text = BUF_INIT(INPUT_MAX);
	struct err e = ERR_INIT;
	int fd;

	if (!read_text(r, n, &out->input_file))
		return;
	fd = open_beneath(r->rb->path, out->input_file.data, &e);
	if (fd < 0 || read_fd(fd, &text, &e) != 0)
		finding_add(r->f, RB002, node_pos(n), "%s", e.text);
	if (fd >= 0)
		(void)close(fd); /* only read from */
	out->input = pool_take(&r->rb->pool, &text);
}

/* Text, or {file: NAME}. Constant: values reach a command by argv and environment. */
static void load_input(struct reader *r, const struct yaml_node *n, struct cmd *out)
{
	static const char *const keys[] = {"file", NULL};

	if (!n)
		return;
	if (n->type == YAML_SCALAR) {
		if (!read_is_text(r, n))
			return;
		out->input = n->text;
		if (span_find(n->text, SPAN("{{")))
			finding_add(
				r->f, RB002, node_pos(n),
				"input is constant: pass values by argv or env, where they cannot become code");
	} else if (read_is(r, n, YAML_MAP)) {
		read_keys(r, n, keys, NULL);
		load_input_file(r, read_required(r, n, "file"), out);
	}
}

static void load_output_limit(struct reader *r, const struct yaml_node *n, struct cmd *out)
{
	struct err e = ERR_INIT;
	struct span text;
	size_t bytes;

	if (!read_text(r, n, &text))
		return;
	if (num_parse_size(text, &bytes, &e) != 0 || bytes < 64 || bytes > OUTPUT_MAX)
		finding_add(r->f, RB002, node_pos(n),
			    "expected a size of 64 to 16M bytes (64K), found '%.40s'", text.data);
	else
		out->output_limit = bytes;
}

static void load_output_policy(struct reader *r, const struct yaml_node *n, struct cmd *out)
{
	static const char *const policies[] = {"truncate", "halt", NULL};
	int policy;

	if (n && read_choice(r, n, policies, &policy))
		out->output_halts = policy == 1;
}

/* A command, or a request in its place. */
static void load_what(struct reader *r, const struct yaml_node *map, struct cmd *out)
{
	static const char *const commands_only[] = {"argv", "env", "input", "output_policy", NULL};
	const struct yaml_node *http = yaml_get(map, "http");

	if (!http) {
		(void)read_required(r, map, "argv");
		load_argv(r, yaml_get(map, "argv"), out);
		load_env(r, yaml_get(map, "env"), out);
		load_input(r, yaml_get(map, "input"), out);
		load_output_policy(r, yaml_get(map, "output_policy"), out);
		return;
	}
	load_http(r, http, false, out);
	for (size_t i = 0; commands_only[i]; i++)
		if (yaml_get(map, commands_only[i]))
			finding_add(r->f, RB002, node_pos(yaml_get(map, commands_only[i])),
				    "'%s' is for commands, not beside 'http'", commands_only[i]);
}

void load_command(struct reader *r, const struct yaml_node *map, bool flat_http, struct cmd *out)
{
	const struct yaml_node *timeout = yaml_get(map, "timeout");

	out->at = node_pos(map);
	out->kill_after_ms = KILL_AFTER_MS;
	out->output_limit = OUTPUT_LIMIT;
	if (flat_http)
		load_http(r, map, true, out);
	else
		load_what(r, map, out);
	load_output_limit(r, yaml_get(map, "output_limit"), out);
	if (timeout) {
		out->timeout_ms =
			1; /* given: if it is wrong, that is told, and not that it is missing */
		out->timeout_at = node_pos(timeout);
		(void)read_duration(r, timeout, 1, 24 * STEP_TIMEOUT_MAX_MS, &out->timeout_ms);
	}
	(void)read_duration(r, yaml_get(map, "kill_after"), 0, 60000, &out->kill_after_ms);
	load_sandbox(r, yaml_get(map, "sandbox"), &out->sandbox);
}
