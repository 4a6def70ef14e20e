// Distance kernels for CPUs with AVX2: four vectors of eight floats.

#if defined(__x86_64__)

#pragma STDC FP_CONTRACT OFF

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define VZ_LEVEL(name) name##_avx2
#define VZ_NAME "avx2"
#define VZ_TARGET __attribute__((target("avx2")))
#define LANES_INLINE VZ_TARGET static inline __attribute__((always_inline))

typedef struct {
    __m256 sum[4];
} lanes;

LANES_INLINE void lanes_zero(lanes *to) {
    for (int i = 0; i < 4; i++) to->sum[i] = _mm256_setzero_ps();
}

LANES_INLINE void add_product(__m256 *to, __m256 a, __m256 b) {
    *to = _mm256_add_ps(*to, _mm256_mul_ps(a, b));
}

LANES_INLINE void add_square(__m256 *to, __m256 a, __m256 b) {
    __m256 difference = _mm256_sub_ps(a, b);
    *to = _mm256_add_ps(*to, _mm256_mul_ps(difference, difference));
}

LANES_INLINE void lanes_add_products(lanes *to, const float *a, const float *b) {
    for (int i = 0; i < 4; i++) {
        add_product(&to->sum[i], _mm256_loadu_ps(a + 8 * i), _mm256_loadu_ps(b + 8 * i));
    }
}

LANES_INLINE void lanes_add_squares(lanes *to, const float *a, const float *b) {
    for (int i = 0; i < 4; i++) {
        add_square(&to->sum[i], _mm256_loadu_ps(a + 8 * i), _mm256_loadu_ps(b + 8 * i));
    }
}

// A mask of the first `count` of eight lanes: eight entries from the right place in this table.
static const int32_t mask_table[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

LANES_INLINE __m256i mask_of(size_t count) {
    return _mm256_loadu_si256((const __m256i *)(mask_table + 8 - (count < 8 ? count : 8)));
}

LANES_INLINE void lanes_add_products_of(lanes *to, const float *a, const float *b, size_t count) {
    for (size_t i = 0; i < 4; i++) {
        if (count <= 8 * i) continue;
        __m256i mask = mask_of(count - 8 * i);
        add_product(
            &to->sum[i], _mm256_maskload_ps(a + 8 * i, mask), _mm256_maskload_ps(b + 8 * i, mask));
    }
}

LANES_INLINE void lanes_add_squares_of(lanes *to, const float *a, const float *b, size_t count) {
    for (size_t i = 0; i < 4; i++) {
        if (count <= 8 * i) continue;
        __m256i mask = mask_of(count - 8 * i);
        add_square(
            &to->sum[i], _mm256_maskload_ps(a + 8 * i, mask), _mm256_maskload_ps(b + 8 * i, mask));
    }
}

LANES_INLINE float lanes_total(const lanes *of) {
    __m256 first = _mm256_add_ps(of->sum[0], of->sum[2]);
    __m256 second = _mm256_add_ps(of->sum[1], of->sum[3]);
    __m256 eight = _mm256_add_ps(first, second);
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#include "distance_rows.h"

#endif
