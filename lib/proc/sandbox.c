#include "proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc/proc_impl.h"

/* Headers older than the kernel do not know these (linux/landlock.h of 6.2, 6.7, 6.10 and 6.12). */
#define ACCESS_TRUNCATE  (UINT64_C(1) << 14)
#define ACCESS_IOCTL_DEV (UINT64_C(1) << 15)
#define ACCESS_BIND_TCP  (UINT64_C(1) << 0)
#define ACCESS_CONNECT   (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT   (UINT64_C(1) << 0)
#define SCOPE_SIGNAL     (UINT64_C(1) << 1)

enum { ABI_REFER = 2, ABI_TRUNCATE = 3, ABI_TCP = 4, ABI_IOCTL = 5, ABI_SCOPE = 6 };

struct ruleset {
	uint64_t fs, net, scoped;
};

#define READING                                                                                    \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* What a rule for a file, not a folder, may name. */
#define OF_FILES                                                                                   \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |                               \
	 LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE | ACCESS_IOCTL_DEV)

static int abi_version(void)
{
	long v = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
			 LANDLOCK_CREATE_RULESET_VERSION);

	return v > 0 ? (int)v : 0;
}

void sandbox_support(struct sandbox_support *out)
{
	int abi = abi_version();

	*out = (struct sandbox_support){.abi = abi,
					.files = abi > 0,
					.truncation = abi >= ABI_TRUNCATE,
					.tcp = abi >= ABI_TCP,
					.signals = abi >= ABI_SCOPE};
}

static uint64_t all_access(int abi)
{
	uint64_t all = READING | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
		       LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
		       LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
		       LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
		       LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

	if (abi >= ABI_REFER)
		all |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= ABI_TRUNCATE)
		all |= ACCESS_TRUNCATE;
	if (abi >= ABI_IOCTL)
		all |= ACCESS_IOCTL_DEV;
	return all;
}

static int allow(int rules, const char *path, uint64_t access, struct err *e)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access};
	struct stat st;
	int rc = 0;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0 || fstat(rule.parent_fd, &st) != 0) {
		rc = err_set_errno(e, EX_UNREADABLE, errno, "sandbox: cannot open '%s'", path);
	} else {
		if (!S_ISDIR(st.st_mode))
			rule.allowed_access &= OF_FILES;
		if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) !=
		    0)
			rc = err_set_errno(e, EX_SYSTEM, errno, "sandbox: cannot allow '%s'", path);
	}
	if (rule.parent_fd >= 0)
		(void)close(rule.parent_fd); /* only a place */
	return rc;
}

static int allow_all(int rules, const char *const *paths, uint64_t access, struct err *e)
{
	for (size_t i = 0; paths && paths[i]; i++)
		if (allow(rules, paths[i], access, e) != 0)
			return -1;
	return 0;
}

static int add_rules(int rules, const struct sandbox *s, uint64_t handled, struct err *e)
{
	static const char *const everything[] = {"/", NULL};

	if (allow_all(rules, s->read ? s->read : everything, handled & READING, e) != 0 ||
	    allow_all(rules, s->write, handled, e) != 0)
		return -1;
	return allow(rules, "/dev/null", handled, e);
}

int sandbox_open(const struct sandbox *s, struct err *e)
{
	int abi = abi_version(), rules;
	struct ruleset attr = {.fs = all_access(abi)};
	size_t size = abi >= ABI_SCOPE ? 24 : abi >= ABI_TCP ? 16 : 8;

	if (abi == 0)
		return err_set(e, EX_POLICY, "sandbox: this kernel has no Landlock");
	if (s->no_network && abi >= ABI_TCP)
		attr.net = ACCESS_BIND_TCP | ACCESS_CONNECT;
	if (abi >= ABI_SCOPE)
		attr.scoped = SCOPE_SIGNAL | (s->no_network ? SCOPE_ABSTRACT : 0);
	rules = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (rules < 0)
		return err_set_errno(e, EX_SYSTEM, errno, "sandbox: cannot make rules");
	if (fcntl(rules, F_SETFD, FD_CLOEXEC) != 0 || add_rules(rules, s, attr.fs, e) != 0) {
		proc_close_fd(&rules);
		return -1;
	}
	return rules;
}

int sandbox_enter(int rules)
{
	return (int)syscall(SYS_landlock_restrict_self, rules, 0);
}
