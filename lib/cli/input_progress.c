/*
 * The progress bar (progress.h) of a command that reads its input.
 */
#include "cli/clock.h"
#include "cli/context.h"
#include "cli/input.h"
#include "cli/progress.h"

void input_progress_begin(struct cli *c, struct input *in)
{
	const struct common_options *o = cli_common(c);
	struct progress_surroundings s = {.terminal = c->stderr_tty,
					  .quiet = o->quiet,
					  .term = cli_getenv("TERM"),
					  .ci = cli_getenv("CI")};

	progress_start(&c->progress, cli_tool(c), o->progress, &s, input_total_bytes(in),
		       clock_ticks_ms());
}

void input_progress_tick(struct cli *c, const struct input *in, int64_t records)
{
	if (c->progress.on)
		progress_tick(&c->progress, input_bytes(in), (uint64_t)records, clock_ticks_ms());
}

void input_progress_end(struct cli *c)
{
	progress_clear(&c->progress);
}
