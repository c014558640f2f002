/*
 * Reads each file whole, as one record, and prints what the record parser says:
 *
 *	accept FILE
 *	reject CODE FILE
 *	peak_kib N		at the end: the greatest resident memory
 *
 * With --schema, records that the schema refuses are "reject schema FILE".
 *
 * usage: record-check [--schema] FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"
#include "record/event.h"
#include "record/record.h"

/* What the parser says of the file's content; exits if it cannot be read. */
static enum reject_code check(struct record *r, const char *path, bool schema, struct err *why)
{
	struct buf content = BUF_INIT(16 << 20);
	enum reject_code code = REJECT_NONE;
	struct err e = ERR_INIT;

	if (file_read(path, &content, &e) != 0 || !buf_room(&content, RECORD_PADDING)) {
		fprintf(stderr, "record-check: error: %s\n", e.code ? e.text : "too large");
		exit(e.code ? e.code : EX_BADDATA);
	}
	if (record_parse(r, content.data, content.len, &code, why) == 0 && schema && event_validate(r, why) != 0)
		code = REJECT_SCHEMA;
	buf_release(&content);
	return code;
}

int main(int argc, char **argv)
{
	bool schema = argc > 1 && strcmp(argv[1], "--schema") == 0;
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	struct rusage usage;

	if (argc < 2 + schema) {
		fprintf(stderr, "usage: record-check [--schema] FILE...\n");
		return EX_BADUSAGE;
	}
	for (int i = 1 + schema; i < argc; i++) {
		struct err why = ERR_INIT;
		enum reject_code code = check(r, argv[i], schema, &why);

		if (code == REJECT_NONE) {
			printf("accept %s\n", argv[i]);
			continue;
		}
		printf("reject %s %s\n", reject_code_name(code), argv[i]);
		fprintf(stderr, "%s: %s\n", argv[i], why.text);
	}
	record_free(r);
	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return EX_SYSTEM;
	printf("peak_kib %ld\n", usage.ru_maxrss);
	return fflush(stdout) == 0 ? 0 : EX_IO;
}
