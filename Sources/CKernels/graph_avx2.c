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

VZ_TARGET static inline __m256i smaller(__m256i a, __m256i b) {
    return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b));
}

VZ_TARGET static inline __m256i larger(__m256i a, __m256i b) {
    return _mm256_blendv_epi8(b, a, _mm256_cmpgt_epi64(a, b));
}

// Every place takes the larger of its left neighbour and the key, or stays where it is smaller.
VZ_TARGET static inline size_t pool_insert(int64_t *pool, size_t places, int64_t key) {
    __m256i wide = _mm256_set1_epi64x(key);
    size_t at = places;
    do {
        at -= VZ_POOL_LANES;
        int64_t *here = pool + at;
        __m256i first = _mm256_load_si256((const __m256i *)here);
        __m256i before = _mm256_loadu_si256((const __m256i *)(here - 1));
        __m256i second = _mm256_load_si256((const __m256i *)(here + 4));
        __m256i between = _mm256_loadu_si256((const __m256i *)(here + 3));
        _mm256_store_si256((__m256i *)here, smaller(first, larger(before, wide)));
        _mm256_store_si256((__m256i *)(here + 4), smaller(second, larger(between, wide)));
    } while (pool[(ptrdiff_t)at - 1] > key);
    return at;
}

VZ_TARGET static inline size_t pool_next(const int64_t *pool, size_t first, size_t limit) {
    for (size_t at = first / 4 * 4; at < limit; at += 4) {
        // The lowest bit of a number to where it is the sign of a float.
        __m256i flags = _mm256_slli_epi64(_mm256_load_si256((const __m256i *)(pool + at)), 63);
        unsigned open = ~(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(flags)) & 15;
        if (open != 0) {
            size_t place = at + (size_t)__builtin_ctz(open);
            return place < limit ? place : limit;
        }
    }
    return limit;
}

#include "graph_loops.h"

#endif
