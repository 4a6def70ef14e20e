#include "sqlite_shim.h"
#include <sqlite3.h>

int vz_sqlite_disable_checkpoint_on_close(struct sqlite3 *connection) {
    int in_force = 0;
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &in_force);
    if (code != SQLITE_OK) return code;
    return in_force == 1 ? SQLITE_OK : SQLITE_ERROR;
}
