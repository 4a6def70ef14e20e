// CRC32C (Castagnoli), the checksum of everything the store writes.

#ifndef VZ_CRC32C_H
#define VZ_CRC32C_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The checksum of `count` bytes. Start with crc 0; the checksum of two pieces one after the other
// is that of the second, started with the first one's. vz_crc32c(0, "123456789", 9) is 0xE3069283.
uint32_t vz_crc32c(uint32_t crc, const void *bytes, size_t count);

// The same from tables, on any CPU. For CPUs without the instruction, and to test against.
uint32_t vz_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
