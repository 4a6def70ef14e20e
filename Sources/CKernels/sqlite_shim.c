#include "sqlite_shim.h"
#include "vz_signals.h"
#include <sqlite3.h>

int vz_sqlite_disable_checkpoint_on_close(struct sqlite3 *connection) {
    int in_force = 0;
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &in_force);
    if (code != SQLITE_OK) return code;
    return in_force == 1 ? SQLITE_OK : SQLITE_ERROR;
}

static int is_to_stop(void *unused) {
    (void)unused;
    return vz_signals_pending() != 0;
}

void vz_sqlite_stop_on_signal(struct sqlite3 *connection, int stops) {
    // About a tenth of a millisecond of the virtual machine's work.
    sqlite3_progress_handler(connection, stops ? 10000 : 0, stops ? is_to_stop : 0, 0);
}
