#include "aiops-runbook/engine/confine.h"

#include <stdlib.h>

#include "aiops-runbook/schema/sandbox.h"
#include "base/mem.h"
#include "proc/sandbox.h"

enum { PATH_LONGEST = 4096, WORDS_OF_BUBBLEWRAP = 24 };

struct confinement {
	char **read, **write; /* NULL-terminated; read NULL: everything */
	const char **argv;    /* of bubblewrap; NULL: not used */
	struct sandbox rules;
};

static void free_paths(char **paths)
{
	for (size_t i = 0; paths && paths[i]; i++)
		free(paths[i]);
	free(paths);
}

void confine_release(struct confinement *k)
{
	if (!k)
		return;
	free_paths(k->read);
	free_paths(k->write);
	free(k->argv);
	free(k);
}

static char **render(const struct template *paths, size_t n, const struct bindings *b,
		     struct err *e)
{
	char **out = mem_zalloc((n + 1) * sizeof *out);

	for (size_t i = 0; i < n; i++) {
		struct buf text = BUF_INIT(PATH_LONGEST);

		if (!template_render(&paths[i], b, &text) || buf_overflowed(&text) || !text.len ||
		    text.data[0] != '/')
			err_set(e, EX_BADDATA, "sandbox: '%.*s' is no path that is known",
				(int)paths[i].source.len, paths[i].source.data);
		out[i] = buf_take(&text);
	}
	return out;
}

static size_t count(char *const *paths)
{
	size_t n = 0;

	while (paths && paths[n])
		n++;
	return n;
}

/* Everything, or what may be read, read-only; what may be written over it; no network if so. */
static void wrap(struct confinement *k, struct exec *x, const struct executable *bubblewrap,
		 bool network)
{
	size_t n = 0, words = 0;
	const char **argv;

	while (x->spec.argv[words])
		words++;
	argv = mem_zalloc((WORDS_OF_BUBBLEWRAP + 3 * (count(k->read) + count(k->write)) + words) *
			  sizeof *argv);
	argv[n++] = "bwrap";
	argv[n++] = "--die-with-parent";
	if (!k->read) {
		argv[n++] = "--ro-bind";
		argv[n++] = "/";
		argv[n++] = "/";
	}
	for (size_t i = 0; k->read && k->read[i]; i++) {
		argv[n++] = "--ro-bind";
		argv[n++] = k->read[i];
		argv[n++] = k->read[i];
	}
	argv[n++] = "--dev";
	argv[n++] = "/dev";
	argv[n++] = "--proc";
	argv[n++] = "/proc";
	for (size_t i = 0; k->write[i]; i++) {
		argv[n++] = "--bind";
		argv[n++] = k->write[i];
		argv[n++] = k->write[i];
	}
	if (!network)
		argv[n++] = "--unshare-net";
	argv[n++] = "--chdir";
	argv[n++] = "/";
	argv[n++] = "--";
	argv[n++] = x->spec.path;
	for (size_t i = 1; i < words; i++)
		argv[n++] = x->spec.argv[i];
	k->argv = argv;
	x->spec.argv = argv;
	x->spec.path = bubblewrap->path.data;
}

static void set_limits(struct exec *x, const struct sandbox_rules *s)
{
	x->spec.limits = (struct proc_limits){.memory_bytes = s->memory_bytes,
					      .file_bytes = s->file_bytes,
					      .processes = s->processes,
					      .cpu_s = (s->cpu_ms + 999) / 1000};
}

struct confinement *confine(struct exec *x, const struct plan *p, const struct bindings *b,
			    const struct cmd *c, bool *ok, struct err *e)
{
	const struct sandbox_rules *s = c->sandbox;
	const struct executable *bubblewrap = plan_bubblewrap(p, c);
	struct sandbox_support has;
	struct confinement *k;

	*ok = true;
	if (!s)
		return NULL;
	k = mem_zalloc(sizeof *k);
	k->read = s->n_read ? render(s->read, s->n_read, b, e) : NULL;
	k->write = render(s->write, s->n_write, b, e);
	*ok = e->code == 0;
	set_limits(x, s);
	sandbox_support(&has);
	if (bubblewrap) {
		wrap(k, x, bubblewrap, s->network);
	} else if (has.files) {
		k->rules = (struct sandbox){.read = (const char *const *)k->read,
					    .write = (const char *const *)k->write,
					    .no_network = !s->network};
		x->spec.sandbox = &k->rules;
	}
	return k;
}
