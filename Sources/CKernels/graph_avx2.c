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

VZ_TARGET static inline int32_t total(__m256i eight) {
    __m128i four =
        _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
    __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

VZ_TARGET static inline int32_t product_int8(const vz_query *query, const uint8_t *code) {
    __m256i a = _mm256_setzero_si256(), b = a;
    uint32_t at = 0;
    for (; at + 32 <= query->code_bytes; at += 32) {
        a = add_products(a, code + at, query->wide_code + at);
        b = add_products(b, code + at + 16, query->wide_code + at + 16);
    }
    if (at < query->code_bytes) a = add_products(a, code + at, query->wide_code + at);
    return total(_mm256_add_epi32(a, b));
}

// The sums of four products each, which are far too small to saturate.
VZ_TARGET static inline __m256i nibble_products(
    __m256i code, __m256i lower_query, __m256i upper_query) {
    const __m256i nibble = _mm256_set1_epi8(15);
    __m256i lower = _mm256_and_si256(code, nibble);
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(code, 4), nibble);
    __m256i pairs = _mm256_add_epi16(
        _mm256_maddubs_epi16(lower, lower_query), _mm256_maddubs_epi16(upper, upper_query));
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

VZ_TARGET static inline int32_t product_nibbles(const vz_query *query, const uint8_t *code) {
    const int8_t *lower = query->code, *upper = query->code + query->code_bytes;
    __m256i sum = _mm256_setzero_si256();
    uint32_t at = 0;
    for (; at + 32 <= query->code_bytes; at += 32) {
        sum = _mm256_add_epi32(
            sum, nibble_products(
                     _mm256_loadu_si256((const __m256i *)(code + at)),
                     _mm256_loadu_si256((const __m256i *)(lower + at)),
                     _mm256_loadu_si256((const __m256i *)(upper + at))));
    }
    if (at < query->code_bytes) {
        // The sixteen bytes that are left; zeros meet whatever the query has beyond them.
        __m256i last = _mm256_zextsi128_si256(_mm_loadu_si128((const __m128i *)(code + at)));
        sum = _mm256_add_epi32(
            sum, nibble_products(
                     last, _mm256_loadu_si256((const __m256i *)(lower + at)),
                     _mm256_loadu_si256((const __m256i *)(upper + at))));
    }
    return total(sum);
}

#include "graph_scalar.h"
#include "graph_loops.h"

#endif
