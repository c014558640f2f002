/*
 * A spool with bytes changed: it is refused, or what is read out of it comes in order and ends, and
 * a new delivery finds its place behind it.
 */
#include "aiops-ingest/live/spool.h"

#include "../folder.h"
#include "base/digest.h"

enum { DELIVERIES = 4, CHANGES = 64, WINDOW_MS = 60000, READ_MAX = 1000 };

static struct buf good; /* the file that is changed, made once */

static struct spool *open_spool(struct err *e)
{
	struct spool *s = NULL;

	if (spool_open(folder_path, 1 << 20, WINDOW_MS, &s, e) != 0)
		FUZZ_CHECK(e->code != 0 && e->text[0]);
	return s;
}

static void make_good(void)
{
	struct spool_item items[DELIVERIES];
	struct err e = ERR_INIT;
	struct spool *s;
	char path[128];

	FUZZ_CHECK(crypto_init(&e) == 0);
	folder_make();
	s = open_spool(&e);
	FUZZ_CHECK(s);
	for (int i = 0; i < DELIVERIES; i++)
		items[i] = (struct spool_item){.events = SPAN("{\"kind\":\"log\"}\n"),
					       .received_ms = INT64_C(1794906600000) + i,
					       .digest = span_of(&"0123456789"[i], 4)};
	FUZZ_CHECK(spool_put(s, items, DELIVERIES, &e) == 0 && spool_close(s, &e) == 0);
	good = BUF_INIT(1 << 20);
	(void)snprintf(path, sizeof path, "%s/spool.db", folder_path);
	FUZZ_CHECK(file_read(path, &good, &e) == 0);
	folder_empty();
}

/* True if all of it could be read. */
static bool read_all(struct spool *s)
{
	struct buf events = BUF_INIT(1 << 20);
	struct err e = ERR_INIT;
	int64_t after = 0, seq = 0;
	int rc, n = 0;

	while ((rc = spool_next(s, after, &events, &seq, &e)) == 1) {
		FUZZ_CHECK(seq > after && ++n < READ_MAX);
		after = seq;
		buf_clear(&events);
	}
	FUZZ_CHECK(rc == 0 || e.code != 0);
	FUZZ_CHECK(rc != 0 || after <= spool_last(s));
	buf_release(&events);
	return rc == 0;
}

static void see(void *ctx, struct span digest, int64_t at_ms)
{
	(void)digest;
	(void)at_ms;
	FUZZ_CHECK(++*(int *)ctx < READ_MAX);
}

static void use(struct spool *s)
{
	struct spool_item item = {.events = SPAN("{}\n"), .received_ms = 1};
	int64_t before = spool_last(s), oldest;
	struct err e = ERR_INIT;
	int n = 0;

	if (!read_all(s) || spool_seen(s, 0, see, &n, &e) != 0 || spool_oldest(s, &oldest, &e) < 0)
		return;
	if (spool_put(s, &item, 1, &e) == 0)
		FUZZ_CHECK(item.seq > before && spool_last(s) == item.seq);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct buf file = BUF_INIT(1 << 20);
	struct err e = ERR_INIT;
	struct spool *s;
	char path[128];

	if (!good.data)
		make_good();
	buf_add_span(&file, buf_span(&good));
	folder_change(&file, &in, CHANGES);
	folder_put("spool.db", buf_span(&file), path);
	s = open_spool(&e);
	if (s) {
		use(s);
		err_clear(&e);
		if (spool_close(s, &e) != 0) /* what is damaged may not close well */
			FUZZ_CHECK(e.code != 0 && e.text[0]);
	}
	folder_empty();
	buf_release(&file);
	return 0;
}
