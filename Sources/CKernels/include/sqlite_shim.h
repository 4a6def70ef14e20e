#ifndef VZ_SQLITE_SHIM_H
#define VZ_SQLITE_SHIM_H

struct sqlite3;

/// Tells a connection to leave the write-ahead log alone when it closes.
///
/// `sqlite3_db_config` is variadic, which Swift can't call. Returns an SQLite result code; anything
/// but SQLITE_OK means that the setting is not in force.
int vz_sqlite_disable_checkpoint_on_close(struct sqlite3 *connection);

/// Makes statements of a connection end with SQLITE_INTERRUPT soon after a signal has asked the
/// process to stop, or with 0 no longer. Without handlers for signals no signal is ever pending.
void vz_sqlite_stop_on_signal(struct sqlite3 *connection, int stops);

#endif
