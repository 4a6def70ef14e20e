// An empty ICU data package, under the names that ICU's versions look for.

#include "no_icu_data.h"

#include <stdint.h>

// A "CmnD" package, as ICU's udata.h and ucmndata.h lay it out: the header of every ICU file, then
// a table of contents. One entry, for a name that nothing asks for, since ICU's search reads the
// first and the last one before it looks at their number.
struct package {
    uint16_t header_size;
    uint8_t magic[2];
    struct {
        uint16_t size;
        uint16_t reserved;
        uint8_t is_big_endian;
        uint8_t charset_family;
        uint8_t char16_size;
        uint8_t reserved_byte;
        uint8_t format[4];
        uint8_t format_version[4];
        uint8_t data_version[4];
    } info;
    uint8_t padding[8];
    struct {
        uint32_t count;
        uint32_t name_offset;
        uint32_t data_offset;
        char name[12];
    } contents;
};

_Static_assert(sizeof(struct package) == 56, "the header takes 32 bytes, the contents 24");

#define EMPTY_PACKAGE                                                                          \
    {                                                                                          \
        .header_size = 32, .magic = {0xda, 0x27},                                              \
        .info = {.size = 20,                                                                   \
                 .is_big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,                      \
                 .char16_size = 2,                                                             \
                 .format = {'C', 'm', 'n', 'D'},                                               \
                 .format_version = {1}},                                                       \
        .contents = {.count = 1, .name_offset = 12, .data_offset = 12, .name = "none"},        \
    }

// Each on its own: the linker keeps only the one that ICU names.
#define PACKAGE(version)                                                                       \
    extern const struct package icudt##version##_dat;                                          \
    __attribute__((aligned(16))) const struct package icudt##version##_dat = EMPTY_PACKAGE;

PACKAGE(72)
PACKAGE(73)
PACKAGE(74)
PACKAGE(75)
PACKAGE(76)
PACKAGE(77)
PACKAGE(78)
PACKAGE(79)
PACKAGE(80)
