#include "aiops-audit/proving.h"

#define AT(member) offsetof(struct verify_options, member)

const struct opt verify_opts[7] = {
	{.name = "checkpoint",
	 .kind = OPT_TEXTS,
	 .offset = AT(checkpoints),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "a checkpoint that was kept elsewhere; the log must still begin with it (may be repeated)"},
	{.name = "min-size",
	 .kind = OPT_I64,
	 .offset = AT(min_size),
	 .arg = "N",
	 .standard = "0",
	 .min = 0,
	 .max = INT64_MAX,
	 .flags = OPT_ARGV_ONLY,
	 .help = "fewer rows than this are tampering"},
	{.name = "since",
	 .kind = OPT_I64,
	 .offset = AT(since),
	 .arg = "SEQ",
	 .standard = "0",
	 .min = 0,
	 .max = INT64_MAX,
	 .flags = OPT_ARGV_ONLY,
	 .help = "recompute the rows from this one on; of those before take the hashes as they stand"},
	{.name = "pubkey",
	 .kind = OPT_TEXTS,
	 .offset = AT(pubkeys),
	 .arg = "KEY",
	 .flags = OPT_ARGV_ONLY,
	 .help = "what keygen printed, or a file that holds it: a checkpoint must be signed by it (may be repeated)"},
	{.name = "require-signed",
	 .kind = OPT_FLAG,
	 .offset = AT(require_signed),
	 .flags = OPT_ARGV_ONLY,
	 .help = "each --checkpoint must be signed by a --pubkey"},
	{.name = "origin",
	 .kind = OPT_TEXT,
	 .offset = AT(origin),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "the log must be this one: aiops-audit/ID, the first line of its checkpoints"},
	{.name = "proof",
	 .kind = OPT_FILE,
	 .offset = AT(proof),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "check what prove wrote, without a database"},
};

#undef AT
#define AT(member) offsetof(struct checkpoint_options, member)

const struct opt checkpoint_opts[2] = {
	{.name = "sign",
	 .kind = OPT_FILE,
	 .offset = AT(sign),
	 .arg = "KEY",
	 .help = "sign it with this key of keygen, unless the log is not what was signed before"},
	{.letter = 'o',
	 .name = "out",
	 .kind = OPT_FILE,
	 .offset = AT(out),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "write it there; with --sign what stands there must be of this log's past"},
};

const struct opt prove_opts[1] = {
	{.name = "checkpoint",
	 .kind = OPT_FILE,
	 .offset = offsetof(struct prove_options, checkpoint),
	 .arg = "FILE",
	 .flags = OPT_ARGV_ONLY,
	 .help = "prove it for this checkpoint (default: the last that was signed here, else the head)"},
};

const struct opt keygen_opts[1] = {
	{.letter = 'n',
	 .name = "name",
	 .kind = OPT_TEXT,
	 .offset = offsetof(struct keygen_options, name),
	 .arg = "NAME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "name of the key (default: that of the log)"},
};

#undef AT
#define AT(member) offsetof(struct redact_options, member)

const struct opt redact_opts[3] = {
	{.name = "reason",
	 .kind = OPT_TEXT,
	 .offset = AT(reason),
	 .arg = "TEXT",
	 .flags = OPT_ARGV_ONLY,
	 .help = "why; it is logged"},
	{.letter = 'a',
	 .name = "actor",
	 .kind = OPT_TEXT,
	 .offset = AT(actor),
	 .arg = "NAME",
	 .help = "who does it (default: the user who runs this)"},
	{.name = "apply",
	 .kind = OPT_FLAG,
	 .offset = AT(apply),
	 .flags = OPT_ARGV_ONLY,
	 .help = "do it; without, only say what would be done"},
};

#undef AT
#define AT(member) offsetof(struct prune_options, member)

const struct opt prune_opts[4] = {
	{.name = "older-than",
	 .kind = OPT_DURATION,
	 .offset = AT(older_than_ms),
	 .arg = "TIME",
	 .flags = OPT_ARGV_ONLY,
	 .help = "of kinds that --keep does not name: what was logged so long ago (default: they stay)"},
	{.letter = 'k',
	 .name = "keep",
	 .kind = OPT_TEXTS,
	 .offset = AT(keep),
	 .arg = "KIND=TIME",
	 .standard = "metric=90d,log=30d,trace=7d",
	 .flags = OPT_OWN_PART,
	 .help = "how long bodies of a kind stay (may be repeated)"},
	{.letter = 'a',
	 .name = "actor",
	 .kind = OPT_TEXT,
	 .offset = AT(actor),
	 .arg = "NAME",
	 .help = "who does it (default: the user who runs this)"},
	{.name = "apply",
	 .kind = OPT_FLAG,
	 .offset = AT(apply),
	 .flags = OPT_ARGV_ONLY,
	 .help = "do it; without, only say what would be done"},
};
