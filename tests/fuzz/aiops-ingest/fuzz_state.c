/*
 * A state file, which may be anybody's: it is taken or refused, and what is taken is saved as a
 * file that is taken again with the same parts.
 */
#include "aiops-ingest/live/state.h"

#include "aiops-ingest/live/positions.h"

#include "../folder.h"

static struct state *open_at(const char *path)
{
	struct state *s = NULL;
	struct err e = ERR_INIT;

	if (state_open(path, &s, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.text[0]);
	return s;
}

static void look(struct state *s)
{
	struct tail_position at;
	struct err e = ERR_INIT;

	if (positions_get(s, "/var/log/a.log", &at, &e) == 1)
		FUZZ_CHECK(at.offset >= 0 && at.line >= 1 && at.head_len >= 0);
	positions_put(s, NULL, 0);
}

static enum value_type type_of(const struct state *s, const char *name)
{
	return state_part(s, name).type;
}

/* A barrier of a stream holds a state, too. */
static void check_stream(const char *path)
{
	struct state *s = NULL;
	struct err e = ERR_INIT;

	if (state_of_stream(path, NULL, NULL, &s, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADCONFIG || e.code == EX_UNREADABLE);
	state_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	enum value_type before;
	struct err e = ERR_INIT;
	struct state *s;
	char path[128];

	folder_put("state", fuzz_rest(&in), path);
	check_stream(path);
	s = open_at(path);
	if (!s)
		return 0;
	look(s);
	before = type_of(s, "poll:a.b");
	state_put(s, "new", SPAN("{}"));
	FUZZ_CHECK(state_save(s, &e) == 0);
	state_close(s);
	s = open_at(path);
	FUZZ_CHECK(s && type_of(s, "poll:a.b") == before && type_of(s, "new") == VALUE_OBJECT);
	state_close(s);
	return 0;
}
