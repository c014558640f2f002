#include "aiops-ingest/maps/jqmap_find.h"

#include "cli/datadir.h"
#include "proc/proc.h"

#define STANDARD_PATH "/usr/local/bin:/usr/bin:/bin"

static void complain(void *ctx, const char *path, const struct err *why)
{
	struct cli *c = ctx;

	if (why->line)
		msg(c, MSG_WARNING, NULL, "map '%s' is left out: line %zu: %s", path, why->line,
		    why->text);
	else
		msg(c, MSG_WARNING, NULL, "map '%s' is left out: %s", path, why->text);
}

/* A relative XDG path counts as unset, as its specification says. */
static void add_own_folder(struct buf *path)
{
	const char *config = cli_getenv("XDG_CONFIG_HOME"), *home = cli_getenv("HOME");

	if (config && config[0] == '/')
		buf_addf(path, "%s/aiops/maps", config);
	else if (home && home[0] == '/')
		buf_addf(path, "%s/.config/aiops/maps", home);
}

struct jqmap_set *jqmap_find(struct cli *c)
{
	struct buf installed = BUF_INIT(1 << 14), own = BUF_INIT(1 << 14);
	struct err why = ERR_INIT;
	struct jqmap_set *set;
	bool found = datadir_find("maps", &installed, &why) == 0;

	if (!found)
		msg(c, MSG_INFO, NULL, "%s", why.text);
	add_own_folder(&own);
	set = jqmap_set_load(found ? buf_cstr(&installed) : NULL, own.len ? buf_cstr(&own) : NULL,
			     complain, c);
	buf_release(&installed);
	buf_release(&own);
	return set;
}

char *jqmap_find_jq(struct cli *c)
{
	const char *path = cli_getenv("PATH");
	struct err why = ERR_INIT;
	char *jq = NULL;

	if (proc_resolve("jq", path ? path : STANDARD_PATH, &jq, &why) == 0)
		return jq;
	msg(c, MSG_INFO, NULL, "%s", why.text);
	return NULL;
}
