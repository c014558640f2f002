/*
 * Writes the words that it was given, and its environment, each followed by NUL,
 * to the files $DUMP.argv and $DUMP.env: what really reached execve(2).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static int dump(const char *base, const char *suffix, char *const *words)
{
	char path[4096];
	FILE *f;

	if (snprintf(path, sizeof path, "%s.%s", base, suffix) >= (int)sizeof path)
		return -1;
	f = fopen(path, "we");
	if (!f)
		return -1;
	for (size_t i = 0; words[i]; i++)
		(void)fwrite(words[i], 1, strlen(words[i]) + 1, f); /* fclose tells */
	return fclose(f);
}

int main(int argc, char **argv)
{
	const char *base = getenv("DUMP");

	(void)argc;
	if (!base || dump(base, "argv", argv + 1) != 0 || dump(base, "env", environ) != 0) {
		perror("argv-dump");
		return 74;
	}
	return 0;
}
