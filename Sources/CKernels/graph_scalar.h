// Distances and their keys, row by row. A level file defines product_int8 and product_nibbles before
// including this.

typedef struct {
    float offset, step, sum, constant;
} record_metadata;

// The one formula of all levels, in this order and without contraction.
VZ_TARGET static inline float distance_from(
    const vz_query *query, const uint8_t *record, int32_t product) {
    record_metadata of;
    memcpy(&of, record, sizeof of);
    float scaled = query->twice_step * of.step * (float)product;
    float inner = query->twice_base * of.sum + (query->twice_step_sum * of.offset + scaled);
    return (query->weight * of.constant + query->constant) - inner;
}

VZ_TARGET static void distances_int8(
    const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
    size_t count, float *out) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = records + rows[i] * stride;
        out[i] = distance_from(query, record, product_int8(query, record + VZ_RECORD_METADATA));
    }
}

VZ_TARGET static void distances_nibbles(
    const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
    size_t count, float *out) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = records + rows[i] * stride;
        out[i] = distance_from(query, record, product_nibbles(query, record + VZ_RECORD_METADATA));
    }
}

// The sum of the query's codes where the bits are set, by the planes of code + 128.
VZ_TARGET static inline int32_t product_bits(const vz_query *query, const uint8_t *code) {
    int32_t sum = 0, set = 0;
    for (uint32_t word = 0; word * 8 < query->code_bytes; word++) {
        uint64_t bits;
        memcpy(&bits, code + word * 8, sizeof bits);
        set += __builtin_popcountll(bits);
        for (int plane = 0; plane < 8; plane++) {
            sum += __builtin_popcountll(bits & query->planes[plane][word]) << plane;
        }
    }
    return sum - 128 * set;
}

VZ_TARGET static void distances_binary(
    const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
    size_t count, float *out) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = records + rows[i] * stride;
        out[i] = distance_from(query, record, product_bits(query, record + VZ_RECORD_METADATA));
    }
}

VZ_TARGET static inline size_t pool_keys_below(
    int64_t bound, const float *distances, const uint32_t *rows, size_t count, int64_t *out) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t key = vz_pool_key(distances[i], rows[i]);
        out[found] = key;
        found += key < bound;
    }
    return found;
}
