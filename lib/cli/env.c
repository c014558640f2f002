/*
 * What a programme may ask about its surroundings: variables, user, terminal.
 * The one file that reads the environment.
 */
#include "cli/cli.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "cli/context.h"

const char *cli_getenv(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* ${XDG_STATE_HOME:-~/.local/state}/aiops/aiops.db; a relative XDG path counts as unset, as its
 * specification says. */
static char *default_db_path(void)
{
	const char *state = cli_getenv("XDG_STATE_HOME"), *home = cli_getenv("HOME");
	struct buf path = BUF_INIT(1 << 16);

	if (state && state[0] == '/')
		buf_addf(&path, "%s/aiops/aiops.db", state);
	else
		buf_addf(&path, "%s/.local/state/aiops/aiops.db", home ? home : "");
	return buf_take(&path);
}

const char *cli_db_path(struct cli *c)
{
	if (c->common.db)
		return c->common.db;
	if (!c->db_path)
		c->db_path = owned_take(&c->owned, default_db_path());
	return c->db_path;
}

const char *cli_user(struct cli *c)
{
	struct buf name = BUF_INIT(1 << 12);
	const struct passwd *pw;

	if (c->user)
		return c->user;
	pw = getpwuid(getuid());
	if (pw && pw->pw_name && *pw->pw_name)
		buf_add_cstr(&name, pw->pw_name);
	else
		buf_addf(&name, "uid-%lu", (unsigned long)getuid());
	c->user = owned_take(&c->owned, buf_take(&name));
	return c->user;
}

bool cli_stdout_is_terminal(const struct cli *c)
{
	return c->stdout_tty;
}

int cli_rows(const struct cli *c)
{
	struct winsize size;

	return c->stdout_tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

int cli_columns(const struct cli *c)
{
	const char *columns = cli_getenv("COLUMNS");
	struct err ignored = ERR_INIT;
	struct winsize size;
	int64_t n;

	if (columns && num_parse_i64(span_cstr(columns), 20, 1000, &n, &ignored) == 0)
		return (int)n;
	if (c->stdout_tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return 80;
}
