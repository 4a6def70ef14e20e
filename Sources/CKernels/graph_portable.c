// Graph kernels for any CPU.

#pragma STDC FP_CONTRACT OFF

#include "graph_walker.h"
#include "distance_levels.h"

#define VZ_LEVEL(name) name##_portable
#define VZ_NAME "portable"
#define VZ_TARGET
#define float_kernels vz_distance_kernels_portable

#include "graph_plain.h"

static inline int32_t product_int8(const vz_query *query, const uint8_t *code) {
    int32_t sum = 0;
    for (uint32_t i = 0; i < query->dimension; i++) sum += (int32_t)code[i] * query->wide_code[i];
    return sum;
}

static inline int32_t product_nibbles(const vz_query *query, const uint8_t *code) {
    const int8_t *upper = query->code + query->code_bytes;
    int32_t sum = 0;
    for (uint32_t i = 0; i < query->code_bytes; i++) {
        sum += (code[i] & 15) * query->code[i] + (code[i] >> 4) * upper[i];
    }
    return sum;
}

#include "graph_scalar.h"

static inline size_t pool_insert(int64_t *pool, size_t places, int64_t key) {
    size_t at = places - 1;
    if (pool[at] <= key) return places;
    for (; at > 0 && pool[at - 1] > key; at--) pool[at] = pool[at - 1];
    pool[at] = key;
    return at;
}

static inline size_t pool_next(const int64_t *pool, size_t first, size_t limit) {
    size_t at = first;
    while (at < limit && pool[at] & 1) at++;
    return at;
}

#include "graph_loops.h"
