// Signals: a clean stop on the first request, at once on the second, and a readable end when a
// mapped file turns out to be shorter than it was said to be.

#ifndef VZ_SIGNALS_H
#define VZ_SIGNALS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Catches SIGINT, SIGTERM and SIGHUP, the last one only where nohup(1) has not made it ignored.
// System calls are interrupted, not restarted. The first signal is remembered; the next one, of
// whichever kind, ends the process as if it had never been caught.
void vz_signals_install(void);

// The number of the signal that arrived, or 0.
int vz_signals_pending(void);

// Forgets the signals that arrived.
void vz_signals_clear(void);

// For a program that outlives what a signal stops: from now on the count-th signal since they were
// last forgotten ends the process, not the second, and each writes a byte to the descriptor, which
// must not block; -1 is none. A SIGTERM or SIGHUP takes the place of a SIGINT that is pending.
void vz_signals_for_session(int count, int descriptor);

// While another program has the terminal, which a typed signal is for as well: none ends this
// process, however often; 0 goes back to what vz_signals_for_session said.
void vz_signals_spare(int sparing);

// Remembers that the window was resized or that Ctrl-Z was typed, and wakes whoever waits at the
// descriptor; 0 gives both signals back to the system. Ignored signals are not spared: a program
// that draws on the terminal is not run in the background.
void vz_signals_watch_terminal(int watching);

// Whether the window was resized since this was last asked.
int vz_signals_take_resize(void);

// Whether Ctrl-Z was typed since this was last asked.
int vz_signals_take_stop(void);

// The most mappings that can be registered at one time.
enum { VZ_SIGBUS_CAPACITY = 4096 };

// From now on a SIGBUS inside a registered mapping writes an error that names the mapping's path to
// standard error and exits with 76. Any other SIGBUS ends the process as usual.
void vz_sigbus_install(void);

// Whether that error is written as one JSON object (not 0) or as two lines of text (0).
void vz_sigbus_write_json(int json);

// Registers a mapping. The path is copied; control characters become '?', and of one that is longer
// than about a thousand bytes the end is kept. Returns 0, or -1 when the table is full or memory
// has run out: that mapping then has no readable error, and nothing else is lost.
int vz_sigbus_register(const void *start, size_t length, const char *path);

// Removes the mapping that was registered with this start, before it is unmapped.
void vz_sigbus_unregister(const void *start);

#ifdef __cplusplus
}
#endif

#endif
