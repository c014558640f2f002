#include "cli/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/num.h"

enum { DELAY_MS = 2000, STEP_MS = 100 };

static void show(struct span s)
{
	struct err ignored = ERR_INIT;

	if (file_write_all(STDERR_FILENO, s, &ignored) != 0)
		err_clear(&ignored); /* a bar that cannot be drawn harms nobody */
}

void progress_start(struct progress *p, const char *tool, int when,
		    const struct progress_surroundings *s, int64_t total_bytes, int64_t now_ms)
{
	bool calm = !s->quiet && !s->ci && s->term && strcmp(s->term, "dumb") != 0;

	*p = (struct progress){
		.on = s->terminal && (when == PROGRESS_ALWAYS || (when == PROGRESS_AUTO && calm)),
		.tool = tool,
		.start_ms = now_ms,
		.next_ms = now_ms + (when == PROGRESS_ALWAYS ? 0 : DELAY_MS),
		.total_bytes = total_bytes,
	};
}

/* "12.3 MB": one decimal below 100. */
static void add_bytes(struct buf *out, double bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	size_t u = 0;

	while (bytes >= 1000 && u + 1 < sizeof units / sizeof *units) {
		bytes /= 1000;
		u++;
	}
	buf_addf(out, "%.*f %s", u > 0 && bytes < 100 ? 1 : 0, bytes, units[u]);
}

static void add_bar(const struct progress *p, struct buf *out, uint64_t bytes, uint64_t records,
		    int64_t now_ms)
{
	double seconds = (double)(now_ms - p->start_ms) / 1000;
	double rate = seconds > 0 ? (double)bytes / seconds : 0;

	buf_addf(out, "\r%s: ", p->tool);
	if (p->total_bytes > 0) {
		double share = (double)bytes / (double)p->total_bytes;

		buf_addf(out, "%3.0f%%  ", 100 * (share > 1 ? 1 : share));
	}
	buf_addf(out, "%llu records  ", (unsigned long long)records);
	add_bytes(out, (double)bytes);
	buf_add_cstr(out, "  ");
	add_bytes(out, rate);
	buf_add_cstr(out, "/s");
	if (p->total_bytes > 0 && rate > 0 && (double)bytes < (double)p->total_bytes) {
		buf_add_cstr(out, "  ");
		num_add_duration_ms(
			out, (int64_t)(((double)p->total_bytes - (double)bytes) / rate) * 1000);
		buf_add_cstr(out, " left");
	}
	buf_add_cstr(out, "\033[K");
}

void progress_tick(struct progress *p, uint64_t bytes, uint64_t records, int64_t now_ms)
{
	struct buf line = BUF_INIT(4096);

	if (!p->on || now_ms < p->next_ms)
		return;
	p->next_ms = now_ms + STEP_MS;
	p->shown = true;
	add_bar(p, &line, bytes, records, now_ms);
	show(buf_span(&line));
	buf_release(&line);
}

void progress_clear(struct progress *p)
{
	if (!p->shown)
		return;
	p->shown = false;
	show(SPAN("\r\033[K"));
}
