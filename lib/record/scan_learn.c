/* A shape out of a line and its tape: see scan.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/scan_impl.h"

#define STRINGS_PAD 16 /* readable behind the last string */
#define LINE_PAD    8  /* readable behind the line */
#define LENGTH_SIZE sizeof(uint32_t)

void shape_release(struct shape *sh)
{
	free(sh->line);
	free(sh->slots);
	free(sh->words);
	free(sh->strings);
	buf_release(&sh->key);
}

void shape_list_varying(struct shape *sh)
{
	sh->n_varying = 0;
	for (size_t i = 0; i < sh->n_slots; i++)
		if (sh->slots[i].varies)
			sh->varying[sh->n_varying++] = (uint32_t)i;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind the string whose opening quote is at `at`. */
static size_t string_end(struct span line, size_t at)
{
	for (at++; line.data[at] != '"'; at++)
		at += line.data[at] == '\\';
	return at + 1;
}

static size_t scalar_end(struct span line, size_t at)
{
	while (!is_space(line.data[at]) && !memchr(",]}", line.data[at], 3))
		at++;
	return at;
}

static bool is_key(struct span line, size_t behind)
{
	while (is_space(line.data[behind]))
		behind++;
	return line.data[behind] == ':';
}

static void add_slot(struct shape *sh, enum slot_type type, size_t at, size_t end, size_t word)
{
	mem_grow(sh->slots, sh->slots_cap, sh->n_slots + 1);
	sh->slots[sh->n_slots++] = (struct slot){.at = (uint32_t)at,
						 .len = (uint32_t)(end - at),
						 .word = (uint32_t)word,
						 .type = (uint8_t)type};
}

/* Where each watched path's value begins or ends in the line. */
static void note_place(struct shape *sh, size_t n_paths, size_t word, size_t from, size_t to)
{
	for (size_t i = 0; i < n_paths; i++) {
		struct place_at *place = &sh->places[i];

		if (place->word == word) {
			place->from = (uint32_t)from;
			place->to = (uint32_t)to;
		}
	}
}

static void note_end(struct shape *sh, const struct tape *t, size_t n_paths, size_t word, size_t to)
{
	for (size_t i = 0; i < n_paths; i++) {
		struct place_at *place = &sh->places[i];
		char type = place->word ? tape_type(t, place->word) : 'r';

		if ((type == '{' || type == '[') && tape_behind(t, place->word) == word + 1)
			place->to = (uint32_t)to;
	}
}

/* One scalar or key at `at`; behind it, or 0 if there are too many. *word goes on. */
static size_t note_scalar(struct shape *sh, struct span line, size_t n_paths, size_t at,
			  size_t *word)
{
	bool text = line.data[at] == '"';
	size_t end = text ? string_end(line, at) : scalar_end(line, at);
	enum slot_type type = text                              ? SLOT_STRING
			      : memchr("tfn", line.data[at], 3) ? SLOT_ATOM
								: SLOT_NUMBER;

	if (!text || !is_key(line, end)) {
		if (sh->n_slots == SCAN_SLOTS)
			return 0;
		add_slot(sh, type, at, end, *word);
		note_place(sh, n_paths, *word, at, end);
	}
	*word += type == SLOT_NUMBER ? 2 : 1;
	return end;
}

/* The line's scalars in order, which is the tape's: one word a key, string, atom, bracket,
 * two a number. The line is known to be valid. */
static bool note_slots(struct shape *sh, struct span line, const struct tape *t, size_t n_paths)
{
	size_t word = TAPE_ROOT, at = 0;

	sh->n_slots = 0;
	while (at < line.len) {
		char c = line.data[at];

		if (is_space(c) || c == ',' || c == ':') {
			at++;
		} else if (c == '{' || c == '[') {
			note_place(sh, n_paths, word++, at, at);
			at++;
		} else if (c == '}' || c == ']') {
			note_end(sh, t, n_paths, word++, ++at);
		} else {
			at = note_scalar(sh, line, n_paths, at, &word);
			if (at == 0)
				return false;
		}
	}
	return true;
}

static void mark_keys(struct shape *sh, size_t n_key)
{
	for (size_t i = 0; i < n_key; i++) {
		const struct place_at *place = &sh->places[i];

		for (size_t k = 0; place->word && k < sh->n_slots; k++)
			sh->slots[k].key |=
				sh->slots[k].at >= place->from && sh->slots[k].at < place->to;
	}
}

/* Room for a string that varies: as much again, and some. */
static uint32_t room_for(struct span s)
{
	return (uint32_t)(2 * s.len + 32);
}

/* Copies the string of tape word `word` to the end of the shape's strings. */
static uint32_t copy_string(struct shape *sh, size_t word, struct span s, uint32_t room,
			    size_t *used)
{
	uint32_t len = (uint32_t)s.len, text;

	mem_grow(sh->strings, sh->strings_cap, *used + LENGTH_SIZE + room + 1 + STRINGS_PAD);
	memcpy(sh->strings + *used, &len, LENGTH_SIZE);
	text = (uint32_t)(*used + LENGTH_SIZE);
	memcpy(sh->strings + text, s.data, s.len);
	memset(sh->strings + text + len, 0, room - len + 1 + STRINGS_PAD);
	sh->words[word] = (uint64_t)'"' << 56 | *used;
	*used = text + room + 1;
	return text;
}

static void copy_tape(struct shape *sh, const struct tape *t)
{
	size_t n = tape_end(t) + 1, used = 0, slot = 0;

	mem_grow(sh->words, sh->words_cap, n);
	memcpy(sh->words, t->words, n * sizeof *t->words);
	for (size_t i = TAPE_ROOT; i < n; i++) {
		bool value = slot < sh->n_slots && sh->slots[slot].word == i;
		struct slot *sl = value ? &sh->slots[slot] : NULL;

		slot += value;
		if (tape_type(t, i) == '"') {
			struct span s = tape_string(t, i);
			uint32_t room = value ? room_for(s) : (uint32_t)s.len;
			uint32_t text = copy_string(sh, i, s, room, &used);

			if (sl) {
				sl->text = text;
				sl->room = room;
				sl->plain = s.len + 2 == sl->len; /* no escapes */
			}
		}
		i += tape_is_number(tape_type(t, i));
	}
}

bool shape_learn(struct shape *sh, struct span line, const struct tape *t, const char *const *paths,
		 size_t n_paths, size_t n_key)
{
	size_t steps[RECORD_MAX_DEPTH], n;

	sh->used = false;
	if (line.len > SCAN_LINE_MAX)
		return false;
	for (size_t i = 0; i < n_paths; i++)
		sh->places[i] =
			(struct place_at){.word = (uint32_t)tape_find(t, paths[i], steps, &n)};
	if (!note_slots(sh, line, t, n_paths))
		return false;
	mem_grow(sh->line, sh->line_cap, line.len + LINE_PAD);
	memcpy(sh->line, line.data, line.len);
	memset(sh->line + line.len, 0, LINE_PAD);
	sh->len = line.len;
	mark_keys(sh, n_key);
	copy_tape(sh, t);
	sh->n_varying = 0;
	sh->key_stale = true;
	sh->used = true;
	return true;
}
