// The loops that every level shares. A level file defines, before including this:
//
//   VZ_LEVEL(name)          the name of a symbol at this level
//   VZ_TARGET               the function attribute that allows its instructions, or nothing
//   lanes                   a struct that holds the 32 partial sums
//   lanes_zero              all lanes +0
//   lanes_add_products      adds a[i] * b[i] for 32 components to the lanes
//   lanes_add_squares       adds (a[i] - b[i])^2 likewise
//   lanes_add_products_of   the same for the first `count` < 32 components, reading no others
//   lanes_add_squares_of
//   lanes_total             folds the lanes in the fixed order

#include "distance_levels.h"

// Rows further ahead than this many bytes are fetched while a row is being scored.
#define VZ_PREFETCH_BYTES 4096

#define VZ_INLINE VZ_TARGET static inline __attribute__((always_inline))

#define VZ_DEFINE_ROW(metric, add, add_of) \
    VZ_INLINE float row_##metric( \
        const float *query, const float *vector, const char *ahead, size_t dim) { \
        lanes sums; \
        lanes_zero(&sums); \
        size_t i = 0; \
        for (; i + 32 <= dim; i += 32) { \
            __builtin_prefetch(ahead + i * sizeof(float)); \
            __builtin_prefetch(ahead + i * sizeof(float) + 64); \
            add(&sums, query + i, vector + i); \
        } \
        __builtin_prefetch(ahead + dim * sizeof(float) - 1); \
        if (i < dim) { \
            __builtin_prefetch(ahead + i * sizeof(float)); \
            add_of(&sums, query + i, vector + i, dim - i); \
        } \
        return lanes_total(&sums); \
    } \
 \
    VZ_TARGET static float pair_##metric(const float *a, const float *b, size_t dim) { \
        return row_##metric(a, b, (const char *)b, dim); \
    } \
 \
    VZ_TARGET static void scan_##metric( \
        const float *query, const void *first_vector, size_t stride, size_t count, size_t dim, \
        float *out) { \
        const char *row = first_vector; \
        const size_t distance = 1 + VZ_PREFETCH_BYTES / stride; \
        for (size_t i = 0; i < count; i++, row += stride) { \
            const char *ahead = i + distance < count ? row + distance * stride : row; \
            out[i] = row_##metric(query, (const float *)row, ahead, dim); \
        } \
    } \
 \
    VZ_TARGET static void gather_##metric( \
        const float *query, const void *first_vector, size_t stride, const uint32_t *slots, \
        size_t count, size_t dim, float *out) { \
        const char *first = first_vector; \
        const size_t distance = 1 + VZ_PREFETCH_BYTES / stride; \
        for (size_t i = 0; i < count; i++) { \
            const char *row = first + slots[i] * stride; \
            const char *ahead = i + distance < count ? first + slots[i + distance] * stride : row; \
            out[i] = row_##metric(query, (const float *)row, ahead, dim); \
        } \
    }

VZ_DEFINE_ROW(dot, lanes_add_products, lanes_add_products_of)
VZ_DEFINE_ROW(squared_l2, lanes_add_squares, lanes_add_squares_of)

const vz_distance_kernels VZ_LEVEL(vz_distance_kernels) = {
    .name = VZ_NAME,
    .dot = pair_dot,
    .squared_l2 = pair_squared_l2,
    .scan_dot = scan_dot,
    .scan_squared_l2 = scan_squared_l2,
    .gather_dot = gather_dot,
    .gather_squared_l2 = gather_squared_l2,
};
