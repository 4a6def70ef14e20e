// Distance kernels for CPUs with AVX-512: two vectors of sixteen floats.

#if defined(__x86_64__)

#pragma STDC FP_CONTRACT OFF

#include <immintrin.h>
#include <stddef.h>

#define VZ_LEVEL(name) name##_avx512
#define VZ_NAME "avx512"
#define VZ_TARGET __attribute__((target("avx512f")))
#define LANES_INLINE VZ_TARGET static inline __attribute__((always_inline))

typedef struct {
    __m512 low, high;
} lanes;

LANES_INLINE void lanes_zero(lanes *to) {
    to->low = _mm512_setzero_ps();
    to->high = _mm512_setzero_ps();
}

LANES_INLINE void add_product(__m512 *to, __m512 a, __m512 b) {
    *to = _mm512_add_ps(*to, _mm512_mul_ps(a, b));
}

LANES_INLINE void add_square(__m512 *to, __m512 a, __m512 b) {
    __m512 difference = _mm512_sub_ps(a, b);
    *to = _mm512_add_ps(*to, _mm512_mul_ps(difference, difference));
}

LANES_INLINE void lanes_add_products(lanes *to, const float *a, const float *b) {
    add_product(&to->low, _mm512_loadu_ps(a), _mm512_loadu_ps(b));
    add_product(&to->high, _mm512_loadu_ps(a + 16), _mm512_loadu_ps(b + 16));
}

LANES_INLINE void lanes_add_squares(lanes *to, const float *a, const float *b) {
    add_square(&to->low, _mm512_loadu_ps(a), _mm512_loadu_ps(b));
    add_square(&to->high, _mm512_loadu_ps(a + 16), _mm512_loadu_ps(b + 16));
}

LANES_INLINE void lanes_add_products_of(lanes *to, const float *a, const float *b, size_t count) {
    __mmask16 low = (__mmask16)((1u << count) - 1);
    __mmask16 high = (__mmask16)(((1u << count) - 1) >> 16);
    add_product(&to->low, _mm512_maskz_loadu_ps(low, a), _mm512_maskz_loadu_ps(low, b));
    add_product(
        &to->high, _mm512_maskz_loadu_ps(high, a + 16), _mm512_maskz_loadu_ps(high, b + 16));
}

LANES_INLINE void lanes_add_squares_of(lanes *to, const float *a, const float *b, size_t count) {
    __mmask16 low = (__mmask16)((1u << count) - 1);
    __mmask16 high = (__mmask16)(((1u << count) - 1) >> 16);
    add_square(&to->low, _mm512_maskz_loadu_ps(low, a), _mm512_maskz_loadu_ps(low, b));
    add_square(
        &to->high, _mm512_maskz_loadu_ps(high, a + 16), _mm512_maskz_loadu_ps(high, b + 16));
}

LANES_INLINE float lanes_total(const lanes *of) {
    __m512 sixteen = _mm512_add_ps(of->low, of->high);
    __m256 upper = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sixteen), 1));
    __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sixteen), upper);
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#include "distance_rows.h"

#endif
