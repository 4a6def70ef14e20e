// Codes, and walks over a graph of them: the inner loops of the index.
//
// A record is four floats (offset, step, sum, constant) and a code. Its meaning: component i of the
// row is offset + step * code[i]; `sum` adds these components up; `constant` is what a row adds to
// every comparison: its squared norm, or under the product its product with the mean of all rows,
// which was subtracted from it. With a query that is coded the same way, all that a distance needs is one sum of products of
// small integers, which is exact: every CPU computes the same distances and builds the same graph.

#ifndef VZ_GRAPH_H
#define VZ_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "vz_distance.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a code holds of each component.
enum {
    VZ_CODE_FLOAT = 0,  // a 32-bit float
    VZ_CODE_INT8 = 1,   // an unsigned byte
    VZ_CODE_BINARY = 2, // a bit
    // The upper four bits of VZ_CODE_INT8: byte i of the code has component i in its lower half and
    // component i + (bytes of the code) in its upper half.
    VZ_CODE_NIBBLE = 3
};

enum {
    VZ_RECORD_METADATA = 16,
    // The most coded components: 4096, and one more under the dot product.
    VZ_CODED_DIMENSION_MAX = 4097,
    // The most links of a row on level 0, with what a build lets it grow by.
    VZ_LINKS_MAX = 512
};

// Ends a list of links that is not full.
#define VZ_NO_LINK 0xFFFFFFFFu

// A query, coded.
typedef struct vz_query vz_query;

// What a query measures of rows.
enum {
    VZ_MEASURE_DISTANCE = 0,     // the squared distance
    VZ_MEASURE_ORDER = 1,        // that, less what is the same for all rows
    VZ_MEASURE_PRODUCT = 2,      // the product with a vector as it is, doubled, the sign turned
    VZ_MEASURE_ROW_PRODUCT = 3   // the same with a vector from which the mean was subtracted
};

// Makes room for a query; NULL when memory has run out.
vz_query *vz_query_create(void);
void vz_query_free(vz_query *query);

// The memory of an index. Row numbers and numbers of upper rows are below 2^31.
typedef struct {
    int kind;
    uint32_t dimension;
    uint32_t code_bytes;
    size_t stride;  // of the records
    const uint8_t *records;
    uint32_t row_count;
    uint32_t base_link_count;
    const uint32_t *base_links;
    uint32_t upper_row_count;
    uint32_t upper_list_count;
    uint32_t link_count;
    const uint32_t *upper_rows;
    const uint32_t *upper_offsets;
    const uint32_t *upper_links;
    uint32_t entry_point;
    uint32_t upper_level_count;
    // What is measured between rows: VZ_MEASURE_DISTANCE or VZ_MEASURE_ROW_PRODUCT.
    int row_measure;
} vz_index;

// A row (or upper row) and its distance.
typedef struct {
    uint32_t row;
    float distance;
} vz_found;

// When a walk ends before it has expanded all rows that it keeps: a row is neither kept nor expanded
// whose distance is beyond that of the rank-th nearest row so far, times the factor, plus the offset
// (Al-Jazzazi et al. 2025, "Distance Adaptive Beam Search"). With rank 0 it never does.
typedef struct {
    size_t rank;
    float factor, offset;
} vz_stop;

// What a walk needs beside the index; serves one thread.
typedef struct vz_walker vz_walker;

// Makes a walker; NULL when memory has run out.
vz_walker *vz_walker_create(void);
void vz_walker_free(vz_walker *walker);

// Makes room for walks of this breadth over so many rows. Returns 0, or -1 when memory has run out.
int vz_walker_reserve(vz_walker *walker, size_t row_count, size_t breadth);

// Distances computed by the last walk.
size_t vz_walker_distance_count(const vz_walker *walker);

// The functions of one instruction set. All sets give the same results.
typedef struct {
    const char *name;
    // Distances to the given rows; out[i] belongs to rows[i].
    void (*distances)(
        const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
        size_t count, float *out);
    // Walks from the entry point down to level 0. Writes up to `breadth` rows, nearest first, and
    // returns how many. Rows equal to `hidden` are neither found nor passed.
    size_t (*walk)(
        vz_walker *walker, const vz_index *index, const vz_query *query, size_t breadth,
        uint32_t hidden, const vz_stop *stop, vz_found *found);
    // Goes down greedily from the entry point (an upper row) to `level` (1 or more), then walks
    // that level.
    size_t (*walk_level)(
        vz_walker *walker, const vz_index *index, const vz_query *query, uint32_t level,
        size_t breadth, vz_found *found);
} vz_graph_kernels;

// Distances to many rows, whose records are asked for some rows ahead; ascending ones are fastest.
void vz_scan_rows(
    const vz_graph_kernels *kernels, const vz_index *index, const vz_query *query,
    const uint32_t *rows, size_t count, float *out);

const vz_graph_kernels *vz_graph_kernels_at(int level);
const vz_graph_kernels *vz_graph_kernels_best(void);

// Codes a vector of `dimension` components, less the mean, into a record. Runs the same
// instructions on every CPU. `mean` is NULL where rows are compared by distance.
void vz_encode(
    int kind, const float *vector, const float *mean, size_t dimension, uint8_t *record,
    size_t stride);

// Makes the record of VZ_CODE_NIBBLE from one of VZ_CODE_INT8. Runs the same instructions on every
// CPU. `keeps_constant` is set where the constant is a product with the mean, which the vector
// itself tells better than its rounded components.
void vz_sketch(
    const uint8_t *record, size_t dimension, int keeps_constant, uint8_t *sketch, size_t stride);

// Asks for large pages for memory that is read here and there. Only ever a matter of speed.
void vz_prefer_large_pages(void *start, size_t byte_count);

// Makes a query of a vector, to be compared with records of a kind.
//
// `mean` is only read under VZ_MEASURE_ROW_PRODUCT.
void vz_query_from_vector(
    int kind, const float *vector, const float *mean, size_t dimension, size_t code_bytes,
    int measure, vz_query *query);

// Makes a query of a record, to be compared with other records.
void vz_query_from_record(
    int kind, const uint8_t *record, size_t dimension, size_t code_bytes, int measure,
    vz_query *query);

// Chooses at most `limit` neighbours from candidates, which are sorted by their distance from one
// row and do not hold it: first those that are nearer to the row than to any neighbour chosen
// before them (Malkov and Yashunin 2016), then, while there is room, those for which this is true
// with the distances between candidates made longer by the slack (Subramanya et al. 2019), and at
// last, while there are fewer than `least`, the nearest of the others.
//
// Of equal rows only one is chosen as long as there are others: a heap of equal rows that are
// linked to nothing but one another would be left by no walk.
//
// `rows_of` maps a candidate's number to the row of its record, or is NULL when they are the same.
// Returns how many were chosen; they are moved to the front of `candidates`, nearest first.
size_t vz_select_neighbours(
    const vz_graph_kernels *kernels, const vz_index *index, const uint32_t *rows_of,
    vz_found *candidates, size_t count, size_t limit, size_t least, float squared_slack);

#ifdef __cplusplus
}
#endif

#endif
