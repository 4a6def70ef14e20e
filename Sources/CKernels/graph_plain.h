// Distances of full vectors, which every level takes from its own float kernels.

// The records' floats begin behind their metadata.
VZ_TARGET static void distances_float(
    const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
    size_t count, float *out) {
    const uint8_t *first = records + VZ_RECORD_METADATA;
    if (query->measure == VZ_MEASURE_DISTANCE || query->measure == VZ_MEASURE_ORDER) {
        float_kernels.gather_squared_l2(
            query->components, first, stride, rows, count, query->dimension, out);
        return;
    }
    float_kernels.gather_dot(query->components, first, stride, rows, count, query->dimension, out);
    for (size_t i = 0; i < count; i++) out[i] = -2.0f * out[i];
}
