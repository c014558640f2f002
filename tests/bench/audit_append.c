/*
 * How fast the audit log takes rows, beside raw append + fdatasync to a file in
 * the same folder: `audit_append DIR [SECONDS]`. One line a measure:
 *
 *	raw_fdatasync     6558 rows/s
 *	append_batch_1    5100 rows/s   ratio 0.78
 *
 * The measures alternate in short rounds and the median counts, since a disk's
 * speed changes from second to second.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "store/audit.h"

enum { BODY = 300, ROUNDS = 9 };

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	(void)fprintf(stderr, "audit_append: %s\n", e->text);
	exit(e->code);
}

static double rate_raw(const char *path, double seconds)
{
	struct err e = ERR_INIT;
	char line[BODY];
	int fd = open(path, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
	double start = now_s(), end;
	int64_t n = 0;

	memset(line, 'x', sizeof line);
	do {
		check(fd < 0 ? err_set(&e, EX_IO, "cannot open '%s'", path)
			     : file_write_all(fd, span_of(line, sizeof line), &e),
		      &e);
		if (fdatasync(fd) != 0)
			check(err_set(&e, EX_IO, "cannot sync '%s'", path), &e);
		n++;
		end = now_s();
	} while (end - start < seconds);
	(void)close(fd);
	return (double)n / (end - start);
}

static void append_one(struct store *s)
{
	static int64_t count;
	struct err e = ERR_INIT;
	struct audit_ref ref;
	uint8_t salt[AUDIT_SALT_BYTES], id[16];
	char hex[33], body[BODY + 1];
	struct timespec t;
	int len;

	if (getrandom(salt, sizeof salt, 0) < 0 || getrandom(id, sizeof id, 0) < 0)
		exit(EX_SYSTEM);
	hex_encode(id, sizeof id, hex);
	(void)clock_gettime(CLOCK_REALTIME, &t);
	len = snprintf(
		body, sizeof body,
		"{\"kind\":\"run\",\"id\":\"%s\",\"incident\":\"INC-7Q2M000000000000\",\"n\":%" PRId64
		",\"fill\":\"",
		hex, count++);
	memset(body + len, 'x', (size_t)(BODY - len));
	memcpy(body + BODY - 2, "\"}", 2);
	check(audit_append(s, instant_from_ns((int64_t)t.tv_sec * NS_PER_S + t.tv_nsec),
			   SPAN("run"), SPAN("bench"), span_of(hex, 32),
			   SPAN("INC-7Q2M000000000000"), SPAN_NONE, span_of(body, BODY), salt, &ref,
			   &e),
	      &e);
}

static double rate_append(struct store *s, int batch, double seconds)
{
	struct err e = ERR_INIT;
	double start = now_s(), end;
	int64_t n = 0;

	do {
		check(store_begin(s, &e), &e);
		for (int i = 0; i < batch; i++)
			append_one(s);
		check(store_commit(s, &e), &e);
		n += batch;
		end = now_s();
	} while (end - start < seconds);
	return (double)n / (end - start);
}

_Noreturn static void no_problem(void *ctx, int64_t seq, const char *what, const char *expected,
				 const char *found)
{
	(void)ctx;
	(void)fprintf(stderr, "audit_append: seq %" PRId64 ": %s: expected %s, found %s\n", seq,
		      what, expected, found);
	exit(EX_BUG);
}

static double rate_verify(const char *path, int64_t *rows)
{
	struct err e = ERR_INIT;
	struct audit_report report;
	struct store *s;
	double start = now_s();

	check(store_open_readonly(path, &s, &e), &e);
	check(audit_verify(s, NULL, 0, no_problem, NULL, &report, &e), &e);
	store_close(s);
	*rows = report.rows;
	return (double)report.rows / (now_s() - start);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v)
{
	qsort(v, ROUNDS, sizeof *v, by_value);
	return v[ROUNDS / 2];
}

int main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	double raw[ROUNDS], one[ROUNDS], many[ROUNDS], seconds = 3, base;
	char db[4096], file[4096];
	struct store *s;
	int64_t rows;

	if (argc < 2 || (argc > 2 && num_parse_double(span_cstr(argv[2]), &seconds, &e) != 0)) {
		(void)fprintf(stderr, "usage: audit_append DIR [SECONDS]\n");
		return EX_BADUSAGE;
	}
	check(crypto_init(&e), &e);
	(void)snprintf(db, sizeof db, "%s/bench.db", argv[1]);
	(void)snprintf(file, sizeof file, "%s/bench.raw", argv[1]);
	check(store_open(db, audit_migrations, audit_migration_count, &s, &e), &e);
	for (int i = 0; i < ROUNDS; i++) {
		raw[i] = rate_raw(file, seconds / ROUNDS);
		one[i] = rate_append(s, 1, seconds / ROUNDS);
	}
	for (int i = 0; i < ROUNDS; i++)
		many[i] = rate_append(s, 1000, seconds / ROUNDS);
	base = median(raw);
	(void)printf("raw_fdatasync      %8.0f rows/s\n", base);
	(void)printf("append_batch_1     %8.0f rows/s  ratio %.2f\n", median(one),
		     median(one) / base);
	(void)printf("append_batch_1000  %8.0f rows/s\n", median(many));
	store_close(s);
	(void)printf("verify             %8.0f rows/s", rate_verify(db, &rows));
	(void)printf("  of %" PRId64 "\n", rows);
	return 0;
}
