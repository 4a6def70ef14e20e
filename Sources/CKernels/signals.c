// The handler for requests to stop.

#include "vz_signals.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t pending_signal;

static void remember(int number) {
    if (pending_signal == 0) {
        pending_signal = number;
        return;
    }
    // The signal is blocked while its handler runs; it strikes when this function returns.
    signal(number, SIG_DFL);
    raise(number);
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

void vz_signals_clear(void) { pending_signal = 0; }
