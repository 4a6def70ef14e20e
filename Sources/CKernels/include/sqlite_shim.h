#ifndef VZ_SQLITE_SHIM_H
#define VZ_SQLITE_SHIM_H

struct sqlite3;

/// Tells a connection to leave the write-ahead log alone when it closes.
///
/// `sqlite3_db_config` is variadic, which Swift can't call. Returns an SQLite result code; anything
/// but SQLITE_OK means that the setting is not in force.
int vz_sqlite_disable_checkpoint_on_close(struct sqlite3 *connection);

#endif
