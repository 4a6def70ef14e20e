// Comparing secrets without telling by the time it takes how much of them is right.

#ifndef VZ_COMPARE_H
#define VZ_COMPARE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Returns 1 when 32 bytes are the same, else 0; looks at all of them whatever they are.
int vz_equal_32(const uint8_t *one, const uint8_t *other);

#ifdef __cplusplus
}
#endif

#endif
