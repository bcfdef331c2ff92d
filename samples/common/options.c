#include "options.h"

#include <stddef.h>

static bool ends_word(char c) { return c == '\0' || c == ' '; }

/* The end of name at the start of text, or NULL. */
static const char *after(const char *text, const char *name) {
  for (; *name != '\0'; text++, name++) {
    if (*text != *name) return NULL;
  }
  return text;
}

/* The character after the first word of line that starts with name and goes on with next. */
static const char *find(const char *line, const char *name, char next) {
  bool start = true;
  for (; *line != '\0'; line++) {
    if (start) {
      const char *end = after(line, name);
      if (end != NULL && (*end == next || (ends_word(next) && ends_word(*end)))) return end;
    }
    start = *line == ' ';
  }
  return NULL;
}

const char *option_text(const char *line, const char *name) {
  const char *end = find(line, name, '=');
  return end == NULL ? NULL : end + 1;
}

uint64_t option_number(const char *line, const char *name, uint64_t fallback) {
  const char *text = option_text(line, name);
  if (text == NULL || *text < '0' || *text > '9') return fallback;
  uint64_t value = 0;
  for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (uint64_t)(*text - '0');
  return value;
}

bool option_flag(const char *line, const char *name) { return find(line, name, ' ') != NULL; }

bool is_word(const char *text, const char *word) {
  const char *end = after(text, word);
  return end != NULL && ends_word(*end);
}
