// GNU readline needs FILE before its own header. Its globals and variadic functions, which Swift
// can't use safely, or not at all, are wrapped.

#ifndef VZ_READLINE_SHIM_H
#define VZ_READLINE_SHIM_H

#include <stdio.h>
#include <stdlib.h>
#include <locale.h>
#include <string.h>
#include <readline/readline.h>
#include <readline/history.h>

// Reads the terminal's description and the user's inputrc. Signals stay the program's own.
static inline void vz_readline_initialize(const char *name) {
    rl_readline_name = name;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_initialize();
}

// Which bytes are one character, and nothing else, follows the user's locale: numbers stay as they
// are. Texts are UTF-8 where the locale knows nothing wider than a byte.
static inline void vz_readline_choose_encoding(void) {
    if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX < 2) setlocale(LC_CTYPE, "C.UTF-8");
}

static inline void vz_readline_bind_tab(rl_command_func_t *function) {
    rl_bind_key_in_map('\t', function, emacs_standard_keymap);
    rl_bind_key_in_map('\t', function, vi_insertion_keymap);
}

static inline const char *vz_readline_buffer(void) { return rl_line_buffer; }

static inline int vz_readline_point(void) { return rl_point; }

// Whether the key before this one called the same function.
static inline int vz_readline_is_repeated(rl_command_func_t *function) {
    return rl_last_func == function;
}

// Replaces the bytes from start to the cursor, as one step that can be undone.
static inline void vz_readline_replace(int start, const char *text) {
    rl_begin_undo_group();
    rl_delete_text(start, rl_point);
    rl_point = start;
    rl_insert_text(text);
    rl_end_undo_group();
}

// Shows what could be meant, below the line, and the line again. The first of the texts is not
// shown.
static inline void vz_readline_show(char **texts, int count, int widest) {
    rl_crlf();
    rl_display_match_list(texts, count, widest);
    rl_forced_update_display();
}

// Leaves the line as it stands and goes on below it.
static inline void vz_readline_abandon(const char *mark) {
    rl_callback_sigcleanup();
    rl_point = rl_end;
    rl_redisplay();
    fputs(mark, rl_outstream ? rl_outstream : stdout);
    rl_crlf();
    fflush(rl_outstream ? rl_outstream : stdout);
}

// Whether readline itself goes to a new line at the end of the input: with bracketed paste it does.
static inline int vz_readline_ends_line(void) {
    const char *value = rl_variable_value("enable-bracketed-paste");
    return value && strcmp(value, "on") == 0;
}

// Gives the terminal back for as long as the process is stopped.
static inline void vz_readline_release(void) { rl_deprep_terminal(); }

static inline void vz_readline_reclaim(void) {
    rl_prep_terminal(1);
    rl_forced_update_display();
}

#endif
