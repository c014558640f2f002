/*
 * The parser that remembers shapes against the one that does not, for as long as
 * it is told. Prints how many lines were compared.
 *
 * usage: scan_torture LINES [SEED]
 * exit: 0 no difference, 1 the line of a difference on standard error, 64 usage
 */
#include <stdbool.h>

#include "../unit/record/scan_differ.h"
#include "base/num.h"

int main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	int64_t lines, seed = 1;
	struct differ d;

	if (argc < 2 || num_parse_i64(span_cstr(argv[1]), 1, INT64_MAX, &lines, &e) < 0 ||
	    (argc > 2 && num_parse_i64(span_cstr(argv[2]), 1, INT64_MAX, &seed, &e) < 0)) {
		(void)fprintf(stderr, "usage: scan_torture LINES [SEED]\n");
		return 64;
	}
	differ_init(&d, (uint64_t)seed);
	for (int64_t i = 0; i < lines; i++) {
		if (differ_step(&d))
			continue;
		(void)fprintf(stderr, "scan_torture: differ after %llu lines of seed %lld: ",
			      (unsigned long long)d.lines, (long long)seed);
		(void)fwrite(d.line.data, 1, d.line.len, stderr);
		(void)fputc('\n', stderr);
		return 1;
	}
	printf("%llu executions, %llu accepted, %llu of a known shape, no difference\n",
	       (unsigned long long)d.lines, (unsigned long long)d.accepted,
	       (unsigned long long)d.known);
	differ_release(&d);
	return 0;
}
