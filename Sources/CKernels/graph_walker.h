// What the graph files share. Not part of the module.

#ifndef VZ_GRAPH_WALKER_H
#define VZ_GRAPH_WALKER_H

#include <limits.h>
#include <string.h>

#include "vz_graph.h"

extern const vz_graph_kernels vz_graph_kernels_portable;
#if defined(__x86_64__)
extern const vz_graph_kernels vz_graph_kernels_avx2;
extern const vz_graph_kernels vz_graph_kernels_avx512;
#endif

// The most coded components, filled up to whole blocks of the widest kernel.
// A half of nibbles may begin anywhere, and is read in whole blocks as well.
enum { VZ_QUERY_CAPACITY = 4224 };

// Component i of a query is base + step * code[i].
struct vz_query {
    int kind;                // of the records it is compared with
    int measure;
    uint32_t dimension;      // coded components
    uint32_t code_bytes;     // bytes of a record's code
    float weight;            // of a row's constant
    float constant;          // of the query
    float twice_base;        // 2 * base
    float twice_step;        // 2 * step
    float twice_step_sum;    // 2 * step * sum of code[i]
    int8_t code[VZ_QUERY_CAPACITY] __attribute__((aligned(64)));
    int16_t wide_code[VZ_QUERY_CAPACITY] __attribute__((aligned(64)));
    // Bit b of code[i] + 128, for all i: what binary codes are compared with where there is no
    // better way.
    uint64_t planes[8][VZ_QUERY_CAPACITY / 64];
    float components[VZ_QUERY_CAPACITY] __attribute__((aligned(64)));
};

// The pool of a walk holds the nearest rows so far as one number each, ascending: the distance in
// an order-preserving form in the upper half, then the row, then whether it was expanded. Ties are
// thereby broken by the row, which is the order of keys.
//
// Places that are not filled hold the largest number, whose last bit says "expanded". In front of
// the first place lies the smallest number, so that inserting needs no test for the beginning.
enum { VZ_POOL_LANES = 8 };

// The most rows that are expanded in one hop.
enum { VZ_HOP_WIDTH = 3 };

struct vz_walker {
    uint64_t *visited;
    size_t visited_words;
    int64_t *pool_memory;
    int64_t *pool;
    size_t pool_capacity;  // a multiple of VZ_POOL_LANES
    // Rows that were met, in that order: what is to be cleared afterwards.
    uint32_t *met;
    size_t met_capacity;
    size_t met_count;
    size_t distance_count;
    float distances[VZ_HOP_WIDTH * VZ_LINKS_MAX];
    int64_t incoming[VZ_HOP_WIDTH * VZ_LINKS_MAX + VZ_POOL_LANES];
};

// Floats as integers of the same order. NaN, which only damaged records give, comes out beyond
// infinity or before everything; either way the row is compared exactly before anybody sees it.
static inline int64_t vz_pool_key(float distance, uint32_t row) {
    int32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    bits ^= (bits >> 31) & INT32_MAX;
    return (int64_t)((uint64_t)(uint32_t)bits << 32 | (uint64_t)row << 1);
}

static inline uint32_t vz_pool_row(int64_t key) { return (uint32_t)key >> 1; }

static inline float vz_pool_distance(int64_t key) {
    int32_t bits = (int32_t)(key >> 32);
    bits ^= (bits >> 31) & INT32_MAX;
    float distance;
    memcpy(&distance, &bits, sizeof distance);
    return distance;
}

#define VZ_POOL_EMPTY INT64_MAX
// Above the number of every row.
#define VZ_POOL_ROW_MAX 0x7FFFFFFFu

#endif
