/*
 * What went wrong, in words for a person and as an exit status for a script.
 *
 * A function that can fail returns 0 or -1 (iterators 1 item, 0 end, -1 error)
 * and describes the failure in its last argument. The first description wins;
 * callers add context in front with err_prefix().
 */
#ifndef AIOPS_BASE_ERR_H
#define AIOPS_BASE_ERR_H

#include <stddef.h>

#define NODISCARD              __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
/* For a local that is written before it is read, in code that runs for every record: hardened
 * builds clear every local, and for hundreds of bytes that costs more than the work at hand. */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define NOT_CLEARED __attribute__((uninitialized))
#endif
#endif
#ifndef NOT_CLEARED
#define NOT_CLEARED
#endif

/* Exit statuses of the contract (aiops(7); numbers of sysexits.h). */
enum exit_code {
	EX_DONE = 0,
	EX_FOUND = 1,   /* only with -e, or lint findings */
	EX_REJECTS = 3, /* more records rejected than --tolerate */
	EX_BADUSAGE = 64,
	EX_BADDATA = 65,    /* bad data, stopped */
	EX_UNREADABLE = 66, /* an input was unreadable */
	EX_REMOTE = 69,     /* remote refused for good */
	EX_BUG = 70,
	EX_SYSTEM = 71, /* system, memory */
	EX_CANNOTCREATE = 73,
	EX_IO = 74,        /* I/O, disk full */
	EX_TRYLATER = 75,  /* breaker open, rate limit, locked, paused */
	EX_POLICY = 77,    /* refused by policy */
	EX_BADCONFIG = 78, /* bad configuration or runbook */
};

struct err {
	int code;         /* enum exit_code; 0 = no error yet */
	size_t line, col; /* 1-based position in a document, 0 = none */
	char text[1000];  /* NUL-terminated, lower case, no full stop */
};

#define ERR_INIT ((struct err){.code = 0})

/* Sets code and text unless an error stands there already. Always returns -1. */
int err_set(struct err *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set, with ": " and the words of errnum behind the text. */
int err_set_errno(struct err *e, int code, int errnum, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* As err_set, with a position ("line 3, column 5: " is added by the printer). */
int err_set_at(struct err *e, int code, size_t line, size_t col, const char *fmt, ...)
	PRINTF_LIKE(5, 6);

/* Puts "context: " in front of the text. Always returns -1. */
int err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

void err_clear(struct err *e);

#endif
