// The handler for reads beyond the end of a mapped file, and from a medium that fails.

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vz_signals.h"

enum { PATH_CAPACITY = 1024, EXIT_CORRUPT = 76 };

// `length` is stored last and cleared first: an entry counts while it is not 0. A path's memory is
// never given back, only used again by the next mapping in that place, so the handler can't meet a
// freed one.
typedef struct {
    uintptr_t start;
    size_t length;
    char *path;
} mapping;

static mapping mappings[VZ_SIGBUS_CAPACITY];
// No entry at or beyond this index was ever used.
static size_t used_count;
static int writes_json;
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

// What the handler writes, gathered so that it leaves in one piece.
typedef struct {
    char bytes[6 * PATH_CAPACITY];
    size_t count;
} report;

// Room is left for every escape and every fixed text; what does not fit is dropped.
static void append_byte(report *to, char byte) {
    if (to->count < sizeof to->bytes) to->bytes[to->count++] = byte;
}

static void append(report *to, const char *text) {
    for (; *text != 0; text++) append_byte(to, *text);
}

static void append_escaped(report *to, const char *text) {
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\') append_byte(to, '\\');
        append_byte(to, *text);
    }
}

static const char what_happened[] =
    " is shorter than the catalog says, or its medium failed (bus error)";

static void describe(report *to, const char *path) {
    if (__atomic_load_n(&writes_json, __ATOMIC_RELAXED)) {
        append(to, "{\"error\":{\"code\":76,\"kind\":\"corrupt\",\"message\":\"");
        append_escaped(to, path);
        append(to, what_happened);
        append(to, "\",\"file\":\"");
        append_escaped(to, path);
        append(to, "\",\"hint\":\"vectorizer verify\"}}\n");
    } else {
        append(to, "vectorizer: error: ");
        append(to, path);
        append(to, what_happened);
        append(to, "\nhint: vectorizer verify\n");
    }
}

static const char *path_of_mapping_with(uintptr_t address) {
    size_t count = __atomic_load_n(&used_count, __ATOMIC_ACQUIRE);
    for (size_t i = 0; i < count; i++) {
        size_t length = __atomic_load_n(&mappings[i].length, __ATOMIC_ACQUIRE);
        if (address - mappings[i].start < length) return mappings[i].path;
    }
    return NULL;
}

static void end_with_report(int number, siginfo_t *info, void *context) {
    (void)context;
    const char *path = path_of_mapping_with((uintptr_t)info->si_addr);
    if (path == NULL) {
        // Not ours: the faulting instruction runs again and ends the process the usual way.
        signal(number, SIG_DFL);
        return;
    }
    report message;
    message.count = 0;
    describe(&message, path);
    for (size_t done = 0; done < message.count;) {
        ssize_t written = write(STDERR_FILENO, message.bytes + done, message.count - done);
        if (written <= 0) break;
        done += (size_t)written;
    }
    _exit(EXIT_CORRUPT);
}

void vz_sigbus_install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = end_with_report;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}

void vz_sigbus_write_json(int json) { __atomic_store_n(&writes_json, json, __ATOMIC_RELAXED); }

static void copy_path(char *to, const char *path) {
    size_t length = strlen(path);
    if (length >= PATH_CAPACITY) path += length - (PATH_CAPACITY - 1);
    size_t i = 0;
    for (; path[i] != 0; i++) {
        unsigned char byte = (unsigned char)path[i];
        to[i] = byte < 0x20 || byte == 0x7F ? '?' : path[i];
    }
    to[i] = 0;
}

// The first free place, with memory for a path, or NULL. The caller holds the lock.
static mapping *free_place(void) {
    size_t place = 0;
    while (place < used_count && mappings[place].length != 0) place++;
    if (place == VZ_SIGBUS_CAPACITY) return NULL;
    if (mappings[place].path == NULL) mappings[place].path = malloc(PATH_CAPACITY);
    if (mappings[place].path == NULL) return NULL;
    if (place == used_count) __atomic_store_n(&used_count, place + 1, __ATOMIC_RELEASE);
    return &mappings[place];
}

int vz_sigbus_register(const void *start, size_t length, const char *path) {
    pthread_mutex_lock(&table_lock);
    mapping *place = free_place();
    if (place != NULL) {
        copy_path(place->path, path);
        place->start = (uintptr_t)start;
        __atomic_store_n(&place->length, length, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&table_lock);
    return place == NULL ? -1 : 0;
}

void vz_sigbus_unregister(const void *start) {
    pthread_mutex_lock(&table_lock);
    for (size_t i = 0; i < used_count; i++) {
        if (mappings[i].length != 0 && mappings[i].start == (uintptr_t)start) {
            __atomic_store_n(&mappings[i].length, 0, __ATOMIC_RELEASE);
            break;
        }
    }
    pthread_mutex_unlock(&table_lock);
}
