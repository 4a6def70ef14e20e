// Distance kernels over 32-bit floats, bit-identical on every CPU.
//
// A sum of products depends on the order in which it is added up. The order here is fixed and part
// of the on-disk promise that the same points give the same segment: component i belongs to lane i
// mod 32, each lane adds its products in ascending order starting from +0, and the lanes are then
// folded in halves, lane j with lane j + 16, then 8, 4, 2, 1. A product is rounded before it is
// added (no FMA). Lanes that the last, shorter block does not reach add nothing; a masked zero is
// the same thing, since a lane that started from +0 can never become -0.

#ifndef VZ_DISTANCE_H
#define VZ_DISTANCE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The instruction sets that have kernels of their own, weakest first.
enum {
    VZ_LEVEL_PORTABLE = 0,
    VZ_LEVEL_AVX2 = 1,
    VZ_LEVEL_AVX512 = 2,
    VZ_LEVEL_COUNT = 3
};

// One pair of vectors. Neither needs to be aligned to more than a float.
typedef float (*vz_pair_function)(const float *a, const float *b, size_t dim);

// `count` rows whose vectors lie `stride` bytes apart, the first one at `first_vector`.
typedef void (*vz_scan_function)(
    const float *query, const void *first_vector, size_t stride, size_t count, size_t dim,
    float *out);

// The rows numbered slots[0] ... slots[count - 1]; out[i] belongs to slots[i].
typedef void (*vz_gather_function)(
    const float *query, const void *first_vector, size_t stride, const uint32_t *slots,
    size_t count, size_t dim, float *out);

// The kernels of one level. Every level gives the same bits.
typedef struct {
    const char *name;
    vz_pair_function dot;
    vz_pair_function squared_l2;
    vz_scan_function scan_dot;
    vz_scan_function scan_squared_l2;
    vz_gather_function gather_dot;
    vz_gather_function gather_squared_l2;
} vz_distance_kernels;

// The kernels of a level, or NULL when this CPU or this build can't run them.
const vz_distance_kernels *vz_distance_kernels_at(int level);

// The kernels of the strongest level this CPU can run. Safe to call from any thread.
const vz_distance_kernels *vz_distance_kernels_best(void);

// The index of the first component that is NaN or infinite, or `count` when there is none.
size_t vz_first_nonfinite(const float *vector, size_t count);

#ifdef __cplusplus
}
#endif

#endif
