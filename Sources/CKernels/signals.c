// The handler for requests to stop.

#include "vz_signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t pending_signal;
static volatile sig_atomic_t arrived_count;
static volatile sig_atomic_t striking_count = 2;
static volatile sig_atomic_t is_spared;
static volatile sig_atomic_t wake_descriptor = -1;
static volatile sig_atomic_t window_was_resized;
static volatile sig_atomic_t stop_was_typed;

static void wake(void) {
    if (wake_descriptor < 0) return;
    int present = errno;
    // A full pipe wakes its reader just as well.
    ssize_t written = write(wake_descriptor, "", 1);
    (void)written;
    errno = present;
}

static void remember(int number) {
    arrived_count++;
    // To end is more than to stop what is going on.
    if (pending_signal == 0 || number != SIGINT) pending_signal = number;
    if (is_spared || arrived_count < striking_count) {
        wake();
        return;
    }
    // The signal is blocked while its handler runs; it strikes when this function returns.
    signal(number, SIG_DFL);
    raise(number);
}

static void notice(int number) {
    if (number == SIGWINCH) window_was_resized = 1;
    if (number == SIGTSTP) stop_was_typed = 1;
    wake();
}

// Shells start background jobs of scripts with SIGINT ignored; to be told to stop is taken
// seriously all the same. What nohup asks for is that SIGHUP is not.
static int is_ignored(int number) {
    struct sigaction present;
    return sigaction(number, NULL, &present) == 0 && present.sa_handler == SIG_IGN;
}

void vz_signals_install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = remember;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (!is_ignored(SIGHUP)) sigaction(SIGHUP, &action, NULL);
}

int vz_signals_pending(void) { return pending_signal; }

void vz_signals_clear(void) {
    pending_signal = 0;
    arrived_count = 0;
}

void vz_signals_for_session(int count, int descriptor) {
    striking_count = count;
    wake_descriptor = descriptor;
}

void vz_signals_spare(int sparing) { is_spared = sparing; }

void vz_signals_watch_terminal(int watching) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = watching ? notice : SIG_DFL;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, NULL);
    sigaction(SIGTSTP, &action, NULL);
}

int vz_signals_take_resize(void) {
    int resized = window_was_resized;
    window_was_resized = 0;
    return resized;
}

int vz_signals_take_stop(void) {
    int typed = stop_was_typed;
    stop_was_typed = 0;
    return typed;
}
