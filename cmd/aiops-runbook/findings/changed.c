#include "aiops-runbook/findings/changed.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/lint/lint.h"
#include "base/buf.h"
#include "proc/proc.h"

enum { GIT_TIMEOUT_MS = 30000, GIT_OUTPUT_MAX = 16 << 20 };

void changed_init(struct changed *c, const char *revision, const char *path, const char *home)
{
	*c = (struct changed){.revision = revision, .path = path, .home = home};
	map_init(&c->folders);
	map_init(&c->files);
}

void changed_release(struct changed *c)
{
	map_release(&c->folders);
	map_release(&c->files);
}

/* The folder of a file, with its slash; "./" if it has none. */
static struct span folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? span_of(file, (size_t)(slash - file) + 1) : SPAN("./");
}

static void add_file(struct changed *c, struct span folder, struct span name)
{
	struct buf key = BUF_INIT(1 << 16);

	buf_add_span(&key, folder);
	buf_add_span(&key, name);
	(void)map_put(&c->files, buf_span(&key), NULL);
	buf_release(&key);
}

static int read_names(struct changed *c, struct span folder, const struct proc_result *r,
		      struct err *e)
{
	struct span rest = buf_span(&r->out.kept);
	struct span why = span_trim(buf_span(&r->err.kept));

	if (r->timed_out || r->signal || r->out.truncated)
		return err_set(e, EX_UNREADABLE, "git does not say what has changed");
	if (r->exit_status != 0)
		return err_set(e, EX_BADUSAGE, "git: %.*s", (int)(why.len < 300 ? why.len : 300),
			       why.len ? why.data : "");
	while (rest.len) {
		const char *end = memchr(rest.data, '\0', rest.len);
		size_t n = end ? (size_t)(end - rest.data) : rest.len;

		add_file(c, folder, span_of(rest.data, n));
		rest = span_of(rest.data + n + (end != NULL), rest.len - n - (end != NULL));
	}
	return 0;
}

static int run_git(struct changed *c, struct span folder, const char *const *argv, struct err *e)
{
	struct buf path = BUF_INIT(1 << 16), home = BUF_INIT(1 << 16);
	struct proc_result r = {0};
	const char *envp[4];
	char *git = NULL;
	int rc = -1;

	buf_addf(&path, "PATH=%s", c->path);
	buf_addf(&home, "HOME=%s", c->home);
	envp[0] = buf_cstr(&path);
	envp[1] = buf_cstr(&home);
	envp[2] = "LC_ALL=C";
	envp[3] = NULL;
	if (proc_resolve("git", c->path, &git, e) == 0) {
		const struct proc_spec spec = {.path = git,
					       .argv = argv,
					       .envp = envp,
					       .cwd = ".",
					       .timeout_ms = GIT_TIMEOUT_MS,
					       .kill_after_ms = 1000,
					       .output_limit = GIT_OUTPUT_MAX};

		rc = proc_run(&spec, NULL, &r, e);
		if (rc == 0)
			rc = read_names(c, folder, &r, e);
		proc_result_release(&r);
	}
	free(git);
	buf_release(&path);
	buf_release(&home);
	return rc;
}

int changed_ask(struct changed *c, const char *file, struct err *e)
{
	struct span folder = folder_of(file);
	struct buf dir = BUF_INIT(1 << 16);
	bool added;
	int rc = 0;

	if (c->revision[0] == '-' || !c->revision[0])
		return err_set(e, EX_BADUSAGE, "'%.100s' is no revision", c->revision);
	(void)map_put(&c->folders, folder, &added);
	buf_add_span(&dir, folder);
	if (added) {
		const char *const diff[] = {
			"git",           "-C",         buf_cstr(&dir), "diff", "--name-only", "-z",
			"--no-ext-diff", "--relative", c->revision,    "--",   ".",           NULL};
		const char *const others[] = {"git", "-C",       buf_cstr(&dir),       "ls-files",
					      "-z",  "--others", "--exclude-standard", "--",
					      ".",   NULL};

		rc = run_git(c, folder, diff, e) == 0 ? run_git(c, folder, others, e) : -1;
	}
	buf_release(&dir);
	return rc;
}

struct search {
	const struct changed *c;
	struct span folder;
	bool found;
};

static void look_at_input(void *ctx, const struct command_use *use)
{
	struct search *s = ctx;
	struct buf key = BUF_INIT(1 << 16);

	if (!use->command->input_file.data)
		return;
	buf_add_span(&key, s->folder);
	buf_add_span(&key, use->command->input_file);
	if (map_get(&s->c->files, buf_span(&key)))
		s->found = true;
	buf_release(&key);
}

bool changed_is(const struct changed *c, const char *file, const struct runbook *rb)
{
	struct search s = {c, folder_of(file), false};
	struct buf key = BUF_INIT(1 << 16);
	bool found;

	buf_add_span(&key, s.folder);
	buf_add_cstr(&key, file + (strrchr(file, '/') ? s.folder.len : 0));
	found = map_get(&c->files, buf_span(&key)) != NULL;
	buf_release(&key);
	if (!found && rb)
		lint_each_command(rb, look_at_input, &s);
	return found || s.found;
}
