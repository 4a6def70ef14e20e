// Calls on files whose names Swift can't reach, or whose struct and function share one.

#ifndef VZ_FILES_H
#define VZ_FILES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// flock(2), whose name Swift gives to the struct of fcntl locks as well.
int vz_flock(int descriptor, int operation);

// Renames, or fails with EEXIST when `to` exists. On a file system that can't rename that way, a
// file (not a directory) is linked and then unlinked, which is as safe: `to` is never replaced.
// Returns 0, or -1 with errno.
int vz_rename_noreplace(const char *from, const char *to);

// Exchanges two existing paths in one step. Returns 0, or -1 with errno.
int vz_rename_exchange(const char *one, const char *other);

// Forces all that was written to a file system to its medium: syncfs(2), or sync(2) where there is
// none. Takes any open file of it. Returns 0, or -1 with errno.
int vz_synchronize_file_system(int descriptor);

// The file system's magic number as statfs(2) tells it (0x6969 is NFS), or -1 with errno.
int64_t vz_file_system_type(const char *path);

#ifdef __cplusplus
}
#endif

#endif
