/*
 * Prints what the record parser says of files, each read whole as one record:
 *
 *	accept FILE
 *	reject CODE FILE
 *	peak_kib N		at the end: the greatest resident memory
 *
 * With --schema, what the schema refuses is "reject schema FILE". With --lines
 * each line is a record, and FILE:NUMBER stands for FILE. The reasons go to
 * standard error. --fields prints the names of the fields that the schema has.
 *
 * usage: record-check [--schema] [--lines] FILE... | --fields
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"
#include "record/event.h"
#include "record/record.h"

struct options {
	bool schema, lines;
};

/* path with its line number, or 0 for a whole file. */
static void print_verdict(enum reject_code code, const char *path, size_t line, const char *why)
{
	char number[24] = "";

	if (line)
		(void)snprintf(number, sizeof number, ":%zu", line);
	if (code == REJECT_NONE) {
		printf("accept %s%s\n", path, number);
		return;
	}
	printf("reject %s %s%s\n", reject_code_name(code), path, number);
	fprintf(stderr, "%s%s: %s\n", path, number, why);
}

static void check(struct record *r, struct span text, const struct options *o, const char *path,
		  size_t line)
{
	enum reject_code code = REJECT_NONE;
	struct err why = ERR_INIT;

	if (record_parse(r, text.data, text.len, &code, &why) == 0 && o->schema &&
	    event_validate(r, &why) != 0)
		code = REJECT_SCHEMA;
	print_verdict(code, path, line, why.text);
}

static void check_lines(struct record *r, struct span text, const struct options *o,
			const char *path)
{
	size_t number = 0;

	while (text.len) {
		const char *end = memchr(text.data, '\n', text.len);
		size_t len = end ? (size_t)(end - text.data) : text.len;
		size_t used = end ? len + 1 : len;

		check(r, span_of(text.data, len), o, path, ++number);
		text = span_of(text.data + used, text.len - used);
	}
}

static void check_file(struct record *r, const struct options *o, const char *path)
{
	struct buf content = BUF_INIT(64 << 20);
	struct err e = ERR_INIT;

	if (file_read(path, &content, &e) != 0 || !buf_room(&content, RECORD_PADDING)) {
		fprintf(stderr, "record-check: error: %s\n", e.code ? e.text : "file too large");
		exit(e.code ? e.code : EX_BADDATA);
	}
	if (o->lines)
		check_lines(r, buf_span(&content), o, path);
	else
		check(r, buf_span(&content), o, path, 0);
	buf_release(&content);
}

static int print_fields(void)
{
	for (size_t i = 0; event_field(i); i++)
		puts(event_field(i));
	return fflush(stdout) == 0 ? EX_DONE : EX_IO;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"schema", no_argument, NULL, 's'},
		{"lines", no_argument, NULL, 'l'},
		{"fields", no_argument, NULL, 'f'},
		{NULL, 0, NULL, 0},
	};
	struct options o = {0};
	struct rusage usage;
	struct record *r;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'f')
			return print_fields();
		if (c == '?')
			return EX_BADUSAGE;
		o.schema |= c == 's';
		o.lines |= c == 'l';
	}
	r = record_new(RECORD_DEFAULT_MAX);
	for (int i = optind; i < argc; i++)
		check_file(r, &o, argv[i]);
	record_free(r);
	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return EX_SYSTEM;
	printf("peak_kib %ld\n", usage.ru_maxrss);
	return fflush(stdout) == 0 ? EX_DONE : EX_IO;
}
