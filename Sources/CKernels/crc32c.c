// CRC32C by the CPU's instruction where there is one, else eight bytes at a time from tables.

#include "vz_crc32c.h"

#include <pthread.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian");

// The polynomial, lowest power in the highest bit.
#define POLYNOMIAL 0x82F63B78u

// tables[k][b]: what byte b contributes when k more bytes follow it.
static uint32_t tables[8][256];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void fill_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
        tables[0][byte] = crc;
    }
    for (int k = 1; k < 8; k++) {
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = tables[k - 1][byte];
            tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
        }
    }
}

static uint64_t load_word(const uint8_t *from) {
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

uint32_t vz_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&tables_once, fill_tables);
    const uint8_t *next = bytes;
    crc = ~crc;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word = load_word(next) ^ crc;
        crc = 0;
        for (int k = 0; k < 8; k++) crc ^= tables[7 - k][(word >> (8 * k)) & 0xFF];
    }
    for (; count > 0; count--, next++) crc = (crc >> 8) ^ tables[0][(crc ^ *next) & 0xFF];
    return ~crc;
}

#if defined(__x86_64__)

#define HARDWARE __attribute__((target("sse4.2,pclmul")))

// The instruction takes three cycles and one can start in each, so long inputs are read as three
// lanes of equal length that are joined afterwards. Joining moves a checksum past the bytes that
// follow it: a product with a power of x modulo the polynomial. One carry-less multiplication, then
// the instruction itself as the reduction, does that; together they multiply by x^33 too much, so
// the factor for n bytes is x^(8n - 33), in the bit order of the checksum.
enum { LONG_LANE = 512, SHORT_LANE = 128 };
#define PAST_ONE_LONG_LANE 0xDD7E3B0Cu
#define PAST_TWO_LONG_LANES 0x170076FAu
#define PAST_ONE_SHORT_LANE 0x0D3B6092u
#define PAST_TWO_SHORT_LANES 0xB9E02B86u

HARDWARE static inline uint64_t multiply(uint32_t crc, uint32_t factor) {
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(crc), _mm_cvtsi64_si128(factor), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

// Three lanes of `lane` bytes from `from`; `past_one` and `past_two` are the factors for that
// length.
HARDWARE static inline uint32_t three_lanes(
    uint32_t crc, const uint8_t *from, size_t lane, uint32_t past_one, uint32_t past_two) {
    uint64_t first = crc, second = 0, third = 0;
    for (size_t i = 0; i < lane; i += 8) {
        first = _mm_crc32_u64(first, load_word(from + i));
        second = _mm_crc32_u64(second, load_word(from + lane + i));
        third = _mm_crc32_u64(third, load_word(from + 2 * lane + i));
    }
    uint64_t moved = multiply((uint32_t)first, past_two) ^ multiply((uint32_t)second, past_one);
    return (uint32_t)(_mm_crc32_u64(0, moved) ^ third);
}

HARDWARE static uint32_t crc32c_hardware(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    crc = ~crc;
    for (; count >= 3 * LONG_LANE; count -= 3 * LONG_LANE, next += 3 * LONG_LANE) {
        crc = three_lanes(crc, next, LONG_LANE, PAST_ONE_LONG_LANE, PAST_TWO_LONG_LANES);
    }
    for (; count >= 3 * SHORT_LANE; count -= 3 * SHORT_LANE, next += 3 * SHORT_LANE) {
        crc = three_lanes(crc, next, SHORT_LANE, PAST_ONE_SHORT_LANE, PAST_TWO_SHORT_LANES);
    }
    for (; count >= 8; count -= 8, next += 8) {
        crc = (uint32_t)_mm_crc32_u64(crc, load_word(next));
    }
    for (; count > 0; count--, next++) crc = _mm_crc32_u8(crc, *next);
    return ~crc;
}

#endif

typedef uint32_t (*crc_function)(uint32_t crc, const void *bytes, size_t count);

static crc_function choose(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul")) {
        return crc32c_hardware;
    }
#endif
    return vz_crc32c_portable;
}

uint32_t vz_crc32c(uint32_t crc, const void *bytes, size_t count) {
    // Every thread that races for the first call finds the same answer.
    static crc_function chosen;
    crc_function function = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    if (function == NULL) {
        function = choose();
        __atomic_store_n(&chosen, function, __ATOMIC_RELAXED);
    }
    return function(crc, bytes, count);
}
