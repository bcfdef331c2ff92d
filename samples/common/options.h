/* Options on a command line: words separated by spaces, "name" or "name=value". */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* The text after "name=", up to the next space; NULL where the option is absent. */
const char *option_text(const char *line, const char *name);

/* The decimal value of "name=N"; fallback where it is absent. */
uint64_t option_number(const char *line, const char *name, uint64_t fallback);

/* Whether the word stands alone on the line. */
bool option_flag(const char *line, const char *name);

/* Whether text, up to the next space, is exactly word. */
bool is_word(const char *text, const char *word);
