#include "proc/proc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/num.h"

/* Field n (from 1) behind the command's name, which is in brackets and may hold
 * anything. */
static struct span stat_field(struct span stat, int n)
{
	size_t at = stat.len;

	while (at > 0 && stat.data[at - 1] != ')')
		at--;
	for (int field = 2; at < stat.len; field++) {
		size_t start = ++at;

		while (at < stat.len && stat.data[at] != ' ' && stat.data[at] != '\n')
			at++;
		if (field + 1 == n)
			return span_of(stat.data + start, at - start);
	}
	return SPAN_NONE;
}

static int read_stat(int64_t pid, struct buf *out, struct err *e)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/%" PRId64 "/stat", pid);
	return file_read(path, out, e);
}

static int read_start_ticks(int64_t pid, uint64_t *ticks, bool *zombie, struct err *e)
{
	struct buf stat = BUF_INIT(4096);
	int64_t n = 0;
	int rc = read_stat(pid, &stat, e);

	if (rc == 0)
		rc = num_parse_i64(stat_field(buf_span(&stat), 22), 0, INT64_MAX, &n, e);
	if (rc == 0) {
		struct span state = stat_field(buf_span(&stat), 3);

		*ticks = (uint64_t)n;
		*zombie = span_is(state, "Z") || span_is(state, "X");
	} else {
		e->code = EX_SYSTEM;
	}
	buf_release(&stat);
	return rc;
}

int proc_boot_id(char out[static 37], struct err *e)
{
	struct buf text = BUF_INIT(64);
	int rc = file_read("/proc/sys/kernel/random/boot_id", &text, e);

	if (rc == 0 && text.len < 36)
		rc = err_set(e, EX_SYSTEM, "the boot id is too short");
	if (rc == 0) {
		memcpy(out, text.data, 36);
		out[36] = '\0';
	} else {
		e->code = EX_SYSTEM;
	}
	buf_release(&text);
	return rc;
}

int proc_identify(int64_t pid, struct proc_identity *out, struct err *e)
{
	struct proc_identity id = {.pid = pid};
	bool zombie;

	if (read_start_ticks(pid, &id.start_ticks, &zombie, e) != 0 ||
	    proc_boot_id(id.boot_id, e) != 0)
		return -1;
	*out = id;
	return 0;
}

bool proc_is_alive(const struct proc_identity *id)
{
	struct err ignored = ERR_INIT;
	char boot[37];
	uint64_t ticks;
	bool zombie;

	return proc_boot_id(boot, &ignored) == 0 && strcmp(boot, id->boot_id) == 0 &&
	       read_start_ticks(id->pid, &ticks, &zombie, &ignored) == 0 &&
	       ticks == id->start_ticks && !zombie;
}
