// Comparing secrets.

#include "vz_compare.h"

int vz_equal_32(const uint8_t *one, const uint8_t *other) {
    // Volatile: the compiler must not end the loop at the first difference.
    const volatile uint8_t *a = one;
    const volatile uint8_t *b = other;
    volatile uint8_t difference = 0;
    for (int i = 0; i < 32; i++) difference = (uint8_t)(difference | (a[i] ^ b[i]));
    // 0 becomes 1 and everything else 0, without a branch.
    return (int)((((uint32_t)difference) - 1u) >> 31);
}
