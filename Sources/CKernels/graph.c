// Walkers, the choice of kernels, and the choice of neighbours.

#pragma STDC FP_CONTRACT OFF

#include <stdlib.h>
#include <sys/mman.h>

#include "graph_walker.h"

const vz_graph_kernels *vz_graph_kernels_at(int level) {
    switch (level) {
    case VZ_LEVEL_PORTABLE: return &vz_graph_kernels_portable;
#if defined(__x86_64__)
    case VZ_LEVEL_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")
            ? &vz_graph_kernels_avx2
            : NULL;
    case VZ_LEVEL_AVX512:
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni")
            ? &vz_graph_kernels_avx512
            : NULL;
#endif
    default: return NULL;
    }
}

const vz_graph_kernels *vz_graph_kernels_best(void) {
    // Every thread that races for the first call finds the same answer.
    static const vz_graph_kernels *chosen;
    const vz_graph_kernels *best = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    for (int level = VZ_LEVEL_COUNT - 1; best == NULL; level--) {
        best = vz_graph_kernels_at(level);
        __atomic_store_n(&chosen, best, __ATOMIC_RELAXED);
    }
    return best;
}

enum { VZ_SCANNED_AHEAD = 16 };

static void ask_for(const vz_index *index, const uint32_t *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = index->records + (size_t)rows[i] * index->stride;
        for (size_t at = 0; at < index->stride; at += 64) __builtin_prefetch(record + at);
    }
}

void vz_scan_rows(
    const vz_graph_kernels *kernels, const vz_index *index, const vz_query *query,
    const uint32_t *rows, size_t count, float *out) {
    for (size_t at = 0; at < count; at += VZ_SCANNED_AHEAD) {
        size_t left = count - at;
        size_t some = left < VZ_SCANNED_AHEAD ? left : VZ_SCANNED_AHEAD;
        size_t behind = left - some;
        ask_for(
            index, rows + at + some, behind < VZ_SCANNED_AHEAD ? behind : VZ_SCANNED_AHEAD);
        kernels->distances(query, index->records, index->stride, rows + at, some, out + at);
    }
}

void vz_prefer_large_pages(void *start, size_t byte_count) {
#ifdef MADV_HUGEPAGE
    // A kernel without them says no, and nothing is lost.
    (void)madvise(start, byte_count, MADV_HUGEPAGE);
#else
    (void)start;
    (void)byte_count;
#endif
}

vz_walker *vz_walker_create(void) { return calloc(1, sizeof(vz_walker)); }

void vz_walker_free(vz_walker *walker) {
    if (walker == NULL) return;
    free(walker->visited);
    free(walker->pool_memory);
    free(walker->met);
    free(walker);
}

size_t vz_walker_distance_count(const vz_walker *walker) { return walker->distance_count; }

static int reserve_rows(vz_walker *walker, size_t row_count) {
    size_t words = row_count / 64 + 1;
    if (walker->visited_words < words) {
        uint64_t *visited = calloc(words, sizeof *visited);
        if (visited == NULL) return -1;
        free(walker->visited);
        walker->visited = visited;
        walker->visited_words = words;
    }
    // A row is met once; the list of the row that is expanded last may be written beyond them.
    size_t met = row_count + 2 * VZ_LINKS_MAX;
    if (walker->met_capacity < met) {
        uint32_t *list = malloc(met * sizeof *list);
        if (list == NULL) return -1;
        free(walker->met);
        walker->met = list;
        walker->met_capacity = met;
    }
    return 0;
}

int vz_walker_reserve(vz_walker *walker, size_t row_count, size_t breadth) {
    if (reserve_rows(walker, row_count) != 0) return -1;
    size_t places = (breadth + VZ_POOL_LANES - 1) / VZ_POOL_LANES * VZ_POOL_LANES;
    if (walker->pool_capacity >= places) return 0;
    int64_t *memory =
        aligned_alloc(64, (places + 2 * VZ_POOL_LANES) * sizeof *memory);
    if (memory == NULL) return -1;
    for (int i = 0; i < VZ_POOL_LANES; i++) memory[i] = INT64_MIN;
    free(walker->pool_memory);
    walker->pool_memory = memory;
    walker->pool = memory + VZ_POOL_LANES;
    walker->pool_capacity = places;
    return 0;
}

typedef struct {
    const vz_graph_kernels *kernels;
    const vz_index *index;
    const uint32_t *rows_of;
    vz_found *candidates;
    size_t count;
    float squared_slack;
    uint8_t is_chosen[VZ_LINKS_MAX];
    // Whether a neighbour that was chosen is nearer to the candidate than the row is, as it is and
    // with the slack.
    uint8_t covered[VZ_LINKS_MAX], covered_with_slack[VZ_LINKS_MAX];
    // Whether a neighbour that was chosen is equal to the candidate.
    uint8_t repeats[VZ_LINKS_MAX];
} selection;

static const uint8_t *record_of(const selection *in, size_t place) {
    uint32_t row = in->candidates[place].row;
    if (in->rows_of != NULL) row = in->rows_of[row];
    return in->index->records + (size_t)row * in->index->stride;
}

static int are_equal(const selection *in, const uint8_t *one, const uint8_t *other) {
    // Rows that differ mostly differ in their metadata already.
    return memcmp(one, other, VZ_RECORD_METADATA) == 0 &&
        memcmp(one, other, in->index->stride) == 0;
}

// Chooses a candidate and sees which of those behind it, as far as they are open, it covers.
static void choose(selection *in, size_t chosen, vz_query *query) {
    in->is_chosen[chosen] = 1;
    const vz_index *index = in->index;
    uint32_t rows[VZ_LINKS_MAX];
    uint16_t places[VZ_LINKS_MAX];
    float distances[VZ_LINKS_MAX];
    size_t count = 0;
    for (size_t i = chosen + 1; i < in->count; i++) {
        if (in->is_chosen[i] || in->covered_with_slack[i]) continue;
        places[count] = (uint16_t)i;
        rows[count++] = (uint32_t)((size_t)(record_of(in, i) - index->records) / index->stride);
    }
    if (count == 0) return;
    const uint8_t *record = record_of(in, chosen);
    vz_query_from_record(
        index->kind, record, index->dimension, index->code_bytes, index->row_measure, query);
    in->kernels->distances(query, index->records, index->stride, rows, count, distances);
    for (size_t i = 0; i < count; i++) {
        size_t place = places[i];
        float to_row = in->candidates[place].distance;
        if (are_equal(in, record, record_of(in, place))) {
            in->repeats[place] = in->covered[place] = 1;
            continue;
        }
        in->covered[place] |= distances[i] < to_row;
        // Products have no length that could be stretched.
        in->covered_with_slack[place] |= index->row_measure == VZ_MEASURE_DISTANCE
            ? in->squared_slack * distances[i] < to_row
            : distances[i] < to_row;
    }
}

size_t vz_select_neighbours(
    const vz_graph_kernels *kernels, const vz_index *index, const uint32_t *rows_of,
    vz_found *candidates, size_t count, size_t limit, size_t least, float squared_slack) {
    if (count > VZ_LINKS_MAX) count = VZ_LINKS_MAX;
    selection in;
    vz_query query;
    in.kernels = kernels;
    in.index = index;
    in.rows_of = rows_of;
    in.candidates = candidates;
    in.count = count;
    in.squared_slack = squared_slack;
    memset(in.is_chosen, 0, count);
    memset(in.covered, 0, count);
    memset(in.covered_with_slack, 0, count);
    memset(in.repeats, 0, count);
    size_t chosen = 0;
    for (size_t i = 0; i < count && chosen < limit; i++) {
        if (in.covered[i]) continue;
        choose(&in, i, &query);
        chosen++;
    }
    for (size_t i = 0; i < count && chosen < limit; i++) {
        if (in.is_chosen[i] || in.covered_with_slack[i] || in.repeats[i]) continue;
        choose(&in, i, &query);
        chosen++;
    }
    for (int repeats = 0; repeats < 2; repeats++) {
        for (size_t i = 0; i < count && chosen < least; i++) {
            if (in.is_chosen[i] || in.repeats[i] != repeats) continue;
            in.is_chosen[i] = 1;
            chosen++;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (in.is_chosen[i]) candidates[kept++] = candidates[i];
    }
    return kept;
}
