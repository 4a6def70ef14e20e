// Thin covers over system calls on files.

#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "vz_files.h"

#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#if defined(__linux__)
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/vfs.h>
#else
#include <sys/mount.h>
#include <sys/param.h>
#endif

int vz_flock(int descriptor, int operation) { return flock(descriptor, operation); }

// link(2) refuses an existing name too. When the unlink fails, both names stay, and the new one is
// the complete file.
static int link_and_unlink(const char *from, const char *to) {
    if (link(from, to) != 0) return -1;
    return unlink(from);
}

int vz_rename_noreplace(const char *from, const char *to) {
#if defined(__linux__)
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
#endif
    return link_and_unlink(from, to);
}

int vz_rename_exchange(const char *one, const char *other) {
#if defined(__linux__)
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
#elif defined(RENAME_SWAP)
    return renamex_np(one, other, RENAME_SWAP);
#else
    (void)one, (void)other;
    errno = ENOSYS;
    return -1;
#endif
}

int vz_synchronize_file_system(int descriptor) {
#if defined(__linux__)
    return syncfs(descriptor);
#else
    (void)descriptor;
    sync();
    return 0;
#endif
}

int64_t vz_file_system_type(const char *path) {
    struct statfs about;
    return statfs(path, &about) == 0 ? (int64_t)about.f_type : -1;
}
