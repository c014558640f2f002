/*
 * The least that an annotating filter can be: it adds the same key to every
 * record, through the filter loop of lib/cli that all programmes run in.
 */
#include "cli/cli.h"
#include "cli/filter.h"

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	(void)ctx;
	(void)r;
	(void)e;
	filter_annotate(f, "bench", SPAN("{\"seen\":true}"));
	return 0;
}

static int run(struct cli *c)
{
	static const struct filter_ops ops = {.record = on_record};

	return filter_run(c, &ops, NULL);
}

static const struct command commands[] = {{
	.operands = "[file ...]",
	.summary = "add a key to every record",
	.common = CLI_FILTER | CLI_FILES,
	.run = run,
}};

static const struct program program = {
	.name = "annotate",
	.summary = "add a key to every record",
	.commands = commands,
	.n_commands = 1,
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
