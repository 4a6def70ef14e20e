// Graph kernels for CPUs with AVX-512 and its instruction for sums of products of bytes (VNNI).

#if defined(__x86_64__)

#pragma STDC FP_CONTRACT OFF

#include <immintrin.h>

#include "graph_walker.h"
#include "distance_levels.h"

#define VZ_LEVEL(name) name##_avx512
#define VZ_NAME "avx512"
#define VZ_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define VZ_TIGHT VZ_TARGET static inline __attribute__((always_inline))
#define float_kernels vz_distance_kernels_avx512

#include "graph_plain.h"

// Four numbers: the sum of the lanes of each register.
VZ_TIGHT __m128i totals(__m512i a, __m512i b, __m512i c, __m512i d) {
    __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    __m512i all = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    __m256i half =
        _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

// The formula of distance_from in graph_scalar.h for four rows, operation by operation.
VZ_TIGHT __m128 four_distances(const vz_query *query, const uint8_t *const *rows, __m128i products) {
    __m128 offset = _mm_loadu_ps((const float *)rows[0]);
    __m128 step = _mm_loadu_ps((const float *)rows[1]);
    __m128 sum = _mm_loadu_ps((const float *)rows[2]);
    __m128 constant = _mm_loadu_ps((const float *)rows[3]);
    _MM_TRANSPOSE4_PS(offset, step, sum, constant);
    __m128 twice_step = _mm_mul_ps(_mm_set1_ps(query->twice_step), step);
    __m128 scaled = _mm_mul_ps(twice_step, _mm_cvtepi32_ps(products));
    __m128 offsets = _mm_mul_ps(_mm_set1_ps(query->twice_step_sum), offset);
    __m128 sums = _mm_mul_ps(_mm_set1_ps(query->twice_base), sum);
    __m128 inner = _mm_add_ps(sums, _mm_add_ps(offsets, scaled));
    __m128 weighted = _mm_mul_ps(_mm_set1_ps(query->weight), constant);
    return _mm_sub_ps(_mm_add_ps(weighted, _mm_set1_ps(query->constant)), inner);
}

VZ_TIGHT __m128i four_products(
    const vz_query *query, const uint8_t *const *rows, size_t whole, __mmask64 rest) {
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    const uint8_t *r0 = rows[0] + VZ_RECORD_METADATA, *r1 = rows[1] + VZ_RECORD_METADATA;
    const uint8_t *r2 = rows[2] + VZ_RECORD_METADATA, *r3 = rows[3] + VZ_RECORD_METADATA;
    size_t at = 0;
    for (; at < whole; at += 64) {
        __m512i code = _mm512_load_si512(query->code + at);
        a = _mm512_dpbusd_epi32(a, _mm512_loadu_si512(r0 + at), code);
        b = _mm512_dpbusd_epi32(b, _mm512_loadu_si512(r1 + at), code);
        c = _mm512_dpbusd_epi32(c, _mm512_loadu_si512(r2 + at), code);
        d = _mm512_dpbusd_epi32(d, _mm512_loadu_si512(r3 + at), code);
    }
    if (rest != 0) {
        __m512i code = _mm512_load_si512(query->code + at);
        a = _mm512_dpbusd_epi32(a, _mm512_maskz_loadu_epi8(rest, r0 + at), code);
        b = _mm512_dpbusd_epi32(b, _mm512_maskz_loadu_epi8(rest, r1 + at), code);
        c = _mm512_dpbusd_epi32(c, _mm512_maskz_loadu_epi8(rest, r2 + at), code);
        d = _mm512_dpbusd_epi32(d, _mm512_maskz_loadu_epi8(rest, r3 + at), code);
    }
    return totals(a, b, c, d);
}

VZ_TIGHT __m512i add_nibbles(__m512i to, __m512i code, __m512i lower, __m512i upper) {
    const __m512i nibble = _mm512_set1_epi8(15);
    to = _mm512_dpbusd_epi32(to, _mm512_and_si512(code, nibble), lower);
    return _mm512_dpbusd_epi32(
        to, _mm512_and_si512(_mm512_srli_epi16(code, 4), nibble), upper);
}

VZ_TIGHT __m128i four_nibble_products(
    const vz_query *query, const uint8_t *const *rows, size_t code_bytes) {
    __m512i sums[4];
    for (int row = 0; row < 4; row++) sums[row] = _mm512_setzero_si512();
    const int8_t *upper_half = query->code + code_bytes;
    for (size_t at = 0; at < code_bytes; at += 64) {
        size_t left = code_bytes - at;
        __mmask64 valid = left < 64 ? ((__mmask64)1 << left) - 1 : ~(__mmask64)0;
        __m512i lower = _mm512_load_si512(query->code + at);
        __m512i upper = _mm512_loadu_si512(upper_half + at);
        for (int row = 0; row < 4; row++) {
            const uint8_t *code = rows[row] + VZ_RECORD_METADATA + at;
            __m512i bytes = left < 64 ? _mm512_maskz_loadu_epi8(valid, code)
                                      : _mm512_loadu_si512(code);
            sums[row] = add_nibbles(sums[row], bytes, lower, upper);
        }
    }
    return totals(sums[0], sums[1], sums[2], sums[3]);
}

// Adds up the query's codes where a row's bits are set.
VZ_TIGHT __m512i add_masked(__m512i to, const uint8_t *bits, __mmask64 valid, __m512i code) {
    uint64_t mask;
    memcpy(&mask, bits, sizeof mask);
    __m512i masked = _mm512_maskz_mov_epi8((__mmask64)mask & valid, code);
    return _mm512_dpbusd_epi32(to, _mm512_set1_epi8(1), masked);
}

VZ_TIGHT __m128i four_bit_products(const vz_query *query, const uint8_t *const *rows) {
    __m512i sums[4];
    for (int row = 0; row < 4; row++) sums[row] = _mm512_setzero_si512();
    for (size_t word = 0; word * 64 < query->dimension; word++) {
        __m512i code = _mm512_load_si512(query->code + word * 64);
        for (int row = 0; row < 4; row++) {
            const uint8_t *bits = rows[row] + VZ_RECORD_METADATA + word * 8;
            sums[row] = add_masked(sums[row], bits, ~(__mmask64)0, code);
        }
    }
    return totals(sums[0], sums[1], sums[2], sums[3]);
}

// Runs over rows in fours; the last four repeat a row where there are fewer.
#define VZ_DEFINE_DISTANCES(name, PREPARE, PRODUCTS) \
    VZ_TIGHT void name( \
        const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows, \
        size_t count, float *out) { \
        PREPARE \
        for (size_t i = 0; i < count; i += 4) { \
            size_t left = count - i < 4 ? count - i : 4; \
            const uint8_t *four[4]; \
            for (size_t j = 0; j < 4; j++) { \
                four[j] = records + rows[i + (j < left ? j : 0)] * stride; \
            } \
            __m128 distances = four_distances(query, four, PRODUCTS); \
            _mm_mask_storeu_ps(out + i, (__mmask8)((1u << left) - 1), distances); \
        } \
    }

VZ_DEFINE_DISTANCES(
    distances_bytes, size_t whole = query->code_bytes / 64 * 64;
    __mmask64 rest = ((__mmask64)1 << (query->code_bytes - whole)) - 1;
    , four_products(query, four, whole, rest))
// With the number of blocks known the loop is unrolled and the query stays in registers.
VZ_DEFINE_DISTANCES(distances_128_bytes, , four_products(query, four, 128, 0))
VZ_DEFINE_DISTANCES(distances_384_bytes, , four_products(query, four, 384, 0))
VZ_DEFINE_DISTANCES(distances_768_bytes, , four_products(query, four, 768, 0))
VZ_DEFINE_DISTANCES(distances_half_bytes, , four_nibble_products(query, four, query->code_bytes))
VZ_DEFINE_DISTANCES(distances_192_half_bytes, , four_nibble_products(query, four, 192))
VZ_DEFINE_DISTANCES(distances_384_half_bytes, , four_nibble_products(query, four, 384))
VZ_DEFINE_DISTANCES(distances_bits, , four_bit_products(query, four))

VZ_TARGET static void distances_int8(
    const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
    size_t count, float *out) {
    switch (query->code_bytes) {
    case 128: distances_128_bytes(query, records, stride, rows, count, out); break;
    case 384: distances_384_bytes(query, records, stride, rows, count, out); break;
    case 768: distances_768_bytes(query, records, stride, rows, count, out); break;
    default: distances_bytes(query, records, stride, rows, count, out); break;
    }
}

VZ_TARGET static void distances_nibbles(
    const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
    size_t count, float *out) {
    switch (query->code_bytes) {
    case 192: distances_192_half_bytes(query, records, stride, rows, count, out); break;
    case 384: distances_384_half_bytes(query, records, stride, rows, count, out); break;
    default: distances_half_bytes(query, records, stride, rows, count, out); break;
    }
}

VZ_TARGET static void distances_binary(
    const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
    size_t count, float *out) {
    distances_bits(query, records, stride, rows, count, out);
}

// Every place takes the larger of its left neighbour and the key, or stays where it is smaller.
VZ_TIGHT size_t pool_insert(int64_t *pool, size_t places, int64_t key) {
    __m512i wide = _mm512_set1_epi64(key);
    size_t at = places;
    do {
        at -= VZ_POOL_LANES;
        __m512i here = _mm512_loadu_si512(pool + at);
        __m512i left = _mm512_loadu_si512(pool + at - 1);
        _mm512_storeu_si512(pool + at, _mm512_min_epi64(here, _mm512_max_epi64(left, wide)));
    } while (pool[(ptrdiff_t)at - 1] > key);
    return at;
}

VZ_TIGHT size_t pool_next(const int64_t *pool, size_t first, size_t limit) {
    const __m512i flag = _mm512_set1_epi64(1);
    for (size_t at = first / VZ_POOL_LANES * VZ_POOL_LANES; at < limit; at += VZ_POOL_LANES) {
        __mmask8 open = _mm512_testn_epi64_mask(_mm512_loadu_si512(pool + at), flag);
        if (open != 0) {
            size_t place = at + (size_t)__builtin_ctz(open);
            return place < limit ? place : limit;
        }
    }
    return limit;
}

VZ_TIGHT size_t pool_keys_below(
    int64_t bound, const float *distances, const uint32_t *rows, size_t count, int64_t *out) {
    size_t found = 0;
    const __m256i largest = _mm256_set1_epi32(INT32_MAX);
    for (size_t i = 0; i < count; i += 8) {
        __mmask8 valid = (__mmask8)(count - i >= 8 ? 0xFF : (1u << (count - i)) - 1);
        __m256i bits = _mm256_castps_si256(_mm256_maskz_loadu_ps(valid, distances + i));
        bits = _mm256_xor_si256(bits, _mm256_and_si256(_mm256_srai_epi32(bits, 31), largest));
        __m512i names = _mm512_cvtepu32_epi64(_mm256_maskz_loadu_epi32(valid, rows + i));
        __m512i keys = _mm512_or_si512(
            _mm512_slli_epi64(_mm512_cvtepi32_epi64(bits), 32), _mm512_slli_epi64(names, 1));
        __mmask8 below = _mm512_mask_cmplt_epi64_mask(valid, keys, _mm512_set1_epi64(bound));
        // Stored whole and overwritten by the next ones: cheaper than a masked store.
        _mm512_storeu_si512(out + found, _mm512_maskz_compress_epi64(below, keys));
        found += (size_t)__builtin_popcount(below);
    }
    return found;
}

#include "graph_loops.h"

#endif
