// Graph kernels for CPUs with AVX2.

#if defined(__x86_64__)

#pragma STDC FP_CONTRACT OFF

#include <immintrin.h>

#include "graph_walker.h"
#include "distance_levels.h"

#define VZ_LEVEL(name) name##_avx2
#define VZ_NAME "avx2"
#define VZ_TARGET __attribute__((target("avx2,popcnt")))
#define float_kernels vz_distance_kernels_avx2

#include "graph_plain.h"

// Sixteen bytes a step, widened: the instruction for bytes would saturate.
VZ_TARGET static inline __m256i add_products(__m256i to, const uint8_t *code, const int16_t *query) {
    __m256i wide = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)code));
    __m256i with = _mm256_load_si256((const __m256i *)query);
    return _mm256_add_epi32(to, _mm256_madd_epi16(wide, with));
}

VZ_TARGET static inline int32_t product_int8(const vz_query *query, const uint8_t *code) {
    __m256i a = _mm256_setzero_si256(), b = a;
    uint32_t at = 0;
    for (; at + 32 <= query->code_bytes; at += 32) {
        a = add_products(a, code + at, query->wide_code + at);
        b = add_products(b, code + at + 16, query->wide_code + at + 16);
    }
    if (at < query->code_bytes) a = add_products(a, code + at, query->wide_code + at);
    __m256i eight = _mm256_add_epi32(a, b);
    __m128i four =
        _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
    __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

#include "graph_scalar.h"
#include "graph_loops.h"

#endif
