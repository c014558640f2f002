/*
 * The configuration file: options are set from it or the file is refused, with a position or the
 * name of the option.
 */
#include "cli/settings.h"

#include "../fuzz.h"
#include "../memory_file.h"

struct options {
	bool flag;
	int64_t number, other, wait_ms;
	struct opt_texts tags;
};

#define AT(member) offsetof(struct options, member)
static const struct opt opts[] = {
	{0, "flag", OPT_FLAG, AT(flag)},
	{0, "max-number", OPT_I64, AT(number), "N", "1", .min = 0, .max = 99},
	{0, "tag", OPT_TEXTS, AT(tags), "TAG"},
	{0, "wait", OPT_DURATION, AT(wait_ms), "TIME", "5s"},
	{0, "once", OPT_I64, AT(other), "N", .flags = OPT_ARGV_ONLY},
};
static const struct opt other_opts[] = {{0, "depth", OPT_I64, AT(other), "N", "3"}};
static const struct command commands[] = {
	{.name = "one",
	 .opts = opts,
	 .n_opts = sizeof opts / sizeof *opts,
	 .options_size = sizeof(struct options),
	 .common = CLI_FILTER},
	{.name = "two", .opts = other_opts, .n_opts = 1, .options_size = sizeof(struct options)},
};
static const char *const sections[] = {"extras", NULL};
static const struct program program = {
	.name = "aiops-probe", .commands = commands, .n_commands = 2, .config_sections = sections};

static void check(const char *path)
{
	struct options o = {.flag = false};
	struct common_options common = {0};
	struct table t;
	struct config cf = {.doc = NULL};
	struct owned owned = {.n = 0};
	struct argv_values none = {.n = 0};
	struct err e = ERR_INIT;

	table_init(&t, &commands[0], &o, &common);
	if (config_open(&cf, &program, path, &e) == 0 &&
	    settings_apply(&t, &program, &cf, &none, &owned, &e) == 0 &&
	    settings_check_others(&t, &program, &cf, &e) == 0)
		FUZZ_CHECK(o.number >= 0 && o.number <= 99 && o.wait_ms >= 0);
	else
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.text[0]);
	table_release(&t);
	config_release(&cf);
	owned_release(&owned);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memory_file file = {.fd = -1};
	struct fuzz_input in = fuzz_input(data, size);

	check(memory_file_put(&file, fuzz_rest(&in)));
	return 0;
}
