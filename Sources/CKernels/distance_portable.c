// Distance kernels for any CPU: eight vectors of four floats, which become SSE2 or NEON.

#pragma STDC FP_CONTRACT OFF

#include <string.h>

#define VZ_LEVEL(name) name##_portable
#define VZ_NAME "portable"
#define VZ_TARGET

typedef float quad __attribute__((vector_size(16)));

typedef struct {
    quad sum[8];
} lanes;

static inline quad load(const float *from) {
    quad value;
    memcpy(&value, from, sizeof value);
    return value;
}

// The first `count` < 4 floats, and zeros after them.
static inline quad load_first(const float *from, size_t count) {
    quad value = {0, 0, 0, 0};
    for (size_t i = 0; i < count; i++) value[i] = from[i];
    return value;
}

static inline void lanes_zero(lanes *to) { memset(to, 0, sizeof *to); }

static inline void lanes_add_products(lanes *to, const float *a, const float *b) {
    for (int i = 0; i < 8; i++) to->sum[i] += load(a + 4 * i) * load(b + 4 * i);
}

static inline void lanes_add_squares(lanes *to, const float *a, const float *b) {
    for (int i = 0; i < 8; i++) {
        quad difference = load(a + 4 * i) - load(b + 4 * i);
        to->sum[i] += difference * difference;
    }
}

static inline void lanes_add_products_of(lanes *to, const float *a, const float *b, size_t count) {
    for (size_t i = 0; i < 8; i++) {
        if (4 * i + 4 <= count) {
            to->sum[i] += load(a + 4 * i) * load(b + 4 * i);
        } else if (4 * i < count) {
            size_t left = count - 4 * i;
            to->sum[i] += load_first(a + 4 * i, left) * load_first(b + 4 * i, left);
        }
    }
}

static inline void lanes_add_squares_of(lanes *to, const float *a, const float *b, size_t count) {
    for (size_t i = 0; i < 8; i++) {
        quad difference = {0, 0, 0, 0};
        if (4 * i + 4 <= count) {
            difference = load(a + 4 * i) - load(b + 4 * i);
        } else if (4 * i < count) {
            size_t left = count - 4 * i;
            difference = load_first(a + 4 * i, left) - load_first(b + 4 * i, left);
        }
        to->sum[i] += difference * difference;
    }
}

static inline float lanes_total(const lanes *of) {
    quad half[4];
    for (int i = 0; i < 4; i++) half[i] = of->sum[i] + of->sum[i + 4];
    quad four = (half[0] + half[2]) + (half[1] + half[3]);
    float low = four[0] + four[2];
    float high = four[1] + four[3];
    return low + high;
}

#include "distance_rows.h"
