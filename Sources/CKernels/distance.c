// Chooses the distance kernels for this CPU, and checks components for finiteness.

#include "vz_distance.h"

#include <string.h>

#include "distance_levels.h"

const vz_distance_kernels *vz_distance_kernels_at(int level) {
    switch (level) {
    case VZ_LEVEL_PORTABLE:
        return &vz_distance_kernels_portable;
#if defined(__x86_64__)
    case VZ_LEVEL_AVX2:
        return __builtin_cpu_supports("avx2") ? &vz_distance_kernels_avx2 : NULL;
    case VZ_LEVEL_AVX512:
        return __builtin_cpu_supports("avx512f") ? &vz_distance_kernels_avx512 : NULL;
#endif
    default:
        return NULL;
    }
}

const vz_distance_kernels *vz_distance_kernels_best(void) {
    // Every thread that races for the first call finds the same answer, so a relaxed store is
    // enough.
    static const vz_distance_kernels *chosen;
    const vz_distance_kernels *best = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    for (int level = VZ_LEVEL_COUNT - 1; best == NULL; level--) {
        best = vz_distance_kernels_at(level);
        __atomic_store_n(&chosen, best, __ATOMIC_RELAXED);
    }
    return best;
}

// NaN and the infinities are the values whose exponent bits are all ones.
static uint32_t is_nonfinite(const float *component) {
    uint32_t bits;
    memcpy(&bits, component, sizeof bits);
    return (bits & 0x7F800000u) == 0x7F800000u;
}

size_t vz_first_nonfinite(const float *vector, size_t count) {
    enum { BLOCK = 64 };
    size_t start = 0;
    // Whole blocks without a branch inside, which compilers turn into vector code.
    for (; start + BLOCK <= count; start += BLOCK) {
        uint32_t found = 0;
        for (size_t i = 0; i < BLOCK; i++) found |= is_nonfinite(vector + start + i);
        if (found) break;
    }
    for (; start < count; start++) {
        if (is_nonfinite(vector + start)) return start;
    }
    return count;
}
