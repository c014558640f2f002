/*
 * aiops-http: wiring. The one programme that aiops-runbook has speak HTTP: a
 * process of its own, so that a request is gated, bounded and ended as every
 * command is, and so that a planner does not load a TLS library.
 */
#include "aiops-http/perform.h"

/* There are no options of its own. */
struct options {
	bool none;
};

static const struct command commands[] = {
	{
		.name = NULL,
		.operands = "",
		.summary = "make the one HTTP request that is described on standard input",
		.options_size = sizeof(struct options),
		.examples =
			"  echo '{\"method\":\"GET\",\"url\":\"https://example.org/\"}' | aiops-http\n",
		.run = perform_run,
	},
};

static const struct program program = {
	.name = "aiops-http",
	.summary = "one HTTP request, for steps and notifications of aiops-runbook",
	.commands = commands,
	.n_commands = 1,
	.exit_codes = "  10  answered, but not with a status that is accepted\n"
		      "  11  sent, and no whole answer came: what it did is unknown\n",
};

int main(int argc, char **argv)
{
	return cli_main(&program, argc, argv);
}
