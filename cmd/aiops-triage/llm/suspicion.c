/*
 * What talks to a model.
 */
#include "aiops-triage/llm/suspicion.h"

#include <stdbool.h>
#include <stddef.h>

#define BLOB_BYTES 120

static const struct {
	unsigned flag;
	const char *text; /* without regard to ASCII case */
} marks[] = {
	{SUSPICION_ORDER, "ignore previous"},
	{SUSPICION_ORDER, "ignore all"},
	{SUSPICION_ORDER, "ignore the above"},
	{SUSPICION_ORDER, "ignore your"},
	{SUSPICION_ORDER, "disregard"},
	{SUSPICION_ORDER, "forget everything"},
	{SUSPICION_ORDER, "new instructions"},
	{SUSPICION_ORDER, "you must"},
	{SUSPICION_ORDER, "you are now"},
	{SUSPICION_ORDER, "instead, answer"},
	{SUSPICION_ORDER, "override the"},
	{SUSPICION_ORDER, "do not tell"},
	{SUSPICION_ROLE, "system prompt"},
	{SUSPICION_ROLE, "<|"},
	{SUSPICION_ROLE, "[inst]"},
	{SUSPICION_ROLE, "### instruction"},
	{SUSPICION_ROLE, "\"role\""},
	{SUSPICION_ROLE, "as an ai"},
	{SUSPICION_ROLE, "assistant:"},
	{SUSPICION_ROLE, "language model"},
	{SUSPICION_LINK, "http://"},
	{SUSPICION_LINK, "https://"},
	{SUSPICION_LINK, "javascript:"},
	{SUSPICION_SHELL, "curl "},
	{SUSPICION_SHELL, "wget "},
	{SUSPICION_SHELL, "rm -"},
	{SUSPICION_SHELL, "| sh"},
	{SUSPICION_SHELL, "| bash"},
	{SUSPICION_SHELL, "$("},
	{SUSPICION_SHELL, "`"},
	{SUSPICION_SHELL, "sudo "},
	{SUSPICION_SHELL, "kubectl delete"},
	{SUSPICION_SHELL, "drop table"},
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool stands_at(struct span text, size_t at, const char *mark)
{
	size_t i = 0;

	while (mark[i] && at + i < text.len && lower(text.data[at + i]) == mark[i])
		i++;
	return !mark[i];
}

unsigned suspicion_of(struct span text)
{
	unsigned flags = 0;
	size_t unbroken = 0;

	for (size_t at = 0; at < text.len; at++) {
		unbroken = (unsigned char)text.data[at] > ' ' ? unbroken + 1 : 0;
		if (unbroken >= BLOB_BYTES)
			flags |= SUSPICION_BLOB;
		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
			if (!(flags & marks[i].flag) && stands_at(text, at, marks[i].text))
				flags |= marks[i].flag;
	}
	return flags;
}

const char *suspicion_name(unsigned flag)
{
	switch (flag) {
	case SUSPICION_ORDER:
		return "order";
	case SUSPICION_ROLE:
		return "role";
	case SUSPICION_LINK:
		return "link";
	case SUSPICION_BLOB:
		return "blob";
	default:
		return "shell";
	}
}
