// Codes of rows and queries. Plain C without contraction: the same bits on every CPU.

#pragma STDC FP_CONTRACT OFF

#include <stdlib.h>

#include "graph_walker.h"

typedef struct {
    float offset, step, sum, constant;
} metadata;

static void put_metadata(uint8_t *record, metadata of) { memcpy(record, &of, sizeof of); }

static metadata metadata_of(const uint8_t *record) {
    metadata of;
    memcpy(&of, record, sizeof of);
    return of;
}

// The least and the greatest component. Rows have at least one.
static void bounds(const float *vector, size_t dimension, float *least, float *greatest) {
    *least = *greatest = vector[0];
    for (size_t i = 1; i < dimension; i++) {
        *least = vector[i] < *least ? vector[i] : *least;
        *greatest = vector[i] > *greatest ? vector[i] : *greatest;
    }
}

// Rounds each component to the nearest of 256 steps between the least and the greatest.
static metadata encode_bytes(const float *vector, size_t dimension, uint8_t *code) {
    float least, greatest;
    bounds(vector, dimension, &least, &greatest);
    float step = (greatest - least) / 255.0f;
    // Components so close together that 1 / step is no number are all the same.
    float steps = step > 1e-30f ? 1.0f / step : 0.0f;
    if (steps == 0.0f) step = 0.0f;
    uint32_t sum = 0;
    uint64_t squares = 0;
    for (size_t i = 0; i < dimension; i++) {
        int32_t rounded = (int32_t)((vector[i] - least) * steps + 0.5f);
        uint32_t byte = (uint32_t)(rounded < 0 ? 0 : rounded > 255 ? 255 : rounded);
        code[i] = (uint8_t)byte;
        sum += byte;
        squares += byte * byte;
    }
    double o = least, s = step, n = (double)dimension;
    metadata of = {
        .offset = least,
        .step = step,
        .sum = (float)(n * o + s * sum),
        .constant = (float)(n * o * o + 2.0 * o * s * sum + s * s * (double)squares),
    };
    return of;
}

// Keeps the sign of each component. Both levels lie so far from 0 that the product of the rounded
// vector with the vector itself is the vector's squared norm: the estimate of RaBitQ (Gao and Long
// 2024) without its rotation.
static metadata encode_bits(const float *vector, size_t dimension, uint8_t *code) {
    double absolute = 0, squared = 0;
    uint32_t set = 0;
    for (size_t i = 0; i < dimension; i++) {
        double component = vector[i];
        absolute += component < 0 ? -component : component;
        squared += component * component;
        if (vector[i] > 0) {
            code[i >> 3] |= (uint8_t)(1u << (i & 7));
            set++;
        }
    }
    double level = absolute > 0 ? squared / absolute : 0;
    metadata of = {
        .offset = (float)-level,
        .step = (float)(2 * level),
        .sum = (float)(level * (2.0 * set - (double)dimension)),
        .constant = (float)squared,
    };
    return of;
}

static float product(const float *one, const float *other, size_t dimension) {
    double sum = 0;
    for (size_t i = 0; i < dimension; i++) sum += (double)one[i] * other[i];
    return (float)sum;
}

void vz_encode(
    int kind, const float *vector, const float *mean, size_t dimension, uint8_t *record,
    size_t stride) {
    memset(record, 0, stride);
    uint8_t *code = record + VZ_RECORD_METADATA;
    metadata of = {0, 0, 0, 0};
    switch (kind) {
    case VZ_CODE_FLOAT: memcpy(code, vector, dimension * sizeof(float)); break;
    case VZ_CODE_INT8: of = encode_bytes(vector, dimension, code); break;
    default: of = encode_bits(vector, dimension, code); break;
    }
    if (mean != NULL) of.constant = product(mean, vector, dimension);
    put_metadata(record, of);
}

void vz_sketch(
    const uint8_t *record, size_t dimension, int keeps_constant, uint8_t *sketch, size_t stride) {
    memset(sketch, 0, stride);
    const uint8_t *code = record + VZ_RECORD_METADATA;
    uint8_t *halves = sketch + VZ_RECORD_METADATA;
    size_t half = stride - VZ_RECORD_METADATA;
    uint32_t sum = 0;
    uint64_t squares = 0;
    for (size_t i = 0; i < dimension; i++) {
        uint32_t nibble = code[i] >> 4;
        halves[i < half ? i : i - half] |= (uint8_t)(i < half ? nibble : nibble << 4);
        sum += nibble;
        squares += nibble * nibble;
    }
    metadata fine = metadata_of(record);
    // The middle of the sixteen bytes that have the same upper half.
    double o = (double)fine.offset + 7.5 * (double)fine.step, s = 16.0 * (double)fine.step;
    double n = (double)dimension;
    metadata of = {
        .offset = (float)o,
        .step = (float)s,
        .sum = (float)(n * o + s * sum),
        .constant = keeps_constant
            ? fine.constant
            : (float)(n * o * o + 2.0 * o * s * sum + s * s * (double)squares),
    };
    put_metadata(sketch, of);
}

static void begin_query(
    int kind, size_t dimension, size_t code_bytes, int measure, vz_query *query) {
    query->kind = kind;
    query->dimension = (uint32_t)dimension;
    query->code_bytes = (uint32_t)code_bytes;
    query->measure = measure;
    query->weight = measure == VZ_MEASURE_PRODUCT ? 0.0f
        : measure == VZ_MEASURE_ROW_PRODUCT       ? -2.0f
                                                  : 1.0f;
    query->constant = 0;
    query->twice_base = query->twice_step = query->twice_step_sum = 0;
}

// Fills in the other forms of the code, and returns its sum.
static int32_t widen(vz_query *query) {
    size_t filled = (query->dimension + 63) / 64 * 64;
    // Nibbles are read in two halves, each in whole blocks.
    if (query->kind == VZ_CODE_NIBBLE) filled = 2 * (size_t)query->code_bytes + 64;
    memset(query->code + query->dimension, 0, filled - query->dimension);
    int32_t sum = 0;
    for (size_t i = 0; i < filled; i++) sum += query->code[i];
    for (size_t i = 0; i < filled; i++) query->wide_code[i] = query->code[i];
    if (query->kind != VZ_CODE_BINARY) return sum;
    for (size_t word = 0; word < filled / 64; word++) {
        for (int bit = 0; bit < 8; bit++) query->planes[bit][word] = 0;
    }
    for (size_t i = 0; i < query->dimension; i++) {
        unsigned raised = (unsigned)(query->code[i] + 128);
        for (int bit = 0; bit < 8; bit++) {
            query->planes[bit][i / 64] |= (uint64_t)(raised >> bit & 1) << (i % 64);
        }
    }
    return sum;
}

static void set_steps(
    vz_query *query, int32_t code_sum, float base, float step, float constant) {
    query->twice_base = 2.0f * base;
    query->twice_step = 2.0f * step;
    query->twice_step_sum = query->twice_step * (float)code_sum;
    if (query->measure == VZ_MEASURE_DISTANCE) query->constant = constant;
    if (query->measure == VZ_MEASURE_ROW_PRODUCT) query->constant = -2.0f * constant;
}

// A code's byte c is c - 128 as a query's, and 128 steps more are its base.
static void take_bytes(const uint8_t *bytes, metadata of, vz_query *query) {
    for (size_t i = 0; i < query->dimension; i++) query->code[i] = (int8_t)(bytes[i] ^ 0x80);
    int32_t sum = widen(query);
    set_steps(query, sum, of.offset + 128.0f * of.step, of.step, of.constant);
}

static void take_components(const float *vector, vz_query *query) {
    size_t filled = (query->dimension + 31) / 32 * 32;
    memcpy(query->components, vector, query->dimension * sizeof(float));
    for (size_t i = query->dimension; i < filled; i++) query->components[i] = 0;
}

void vz_query_from_vector(
    int kind, const float *vector, const float *mean, size_t dimension, size_t code_bytes,
    int measure, vz_query *query) {
    begin_query(kind, dimension, code_bytes, measure, query);
    if (kind == VZ_CODE_FLOAT) {
        take_components(vector, query);
        return;
    }
    uint8_t bytes[VZ_QUERY_CAPACITY];
    metadata of = encode_bytes(vector, dimension, bytes);
    if (measure == VZ_MEASURE_ROW_PRODUCT) of.constant = product(mean, vector, dimension);
    take_bytes(bytes, of, query);
}

void vz_query_from_record(
    int kind, const uint8_t *record, size_t dimension, size_t code_bytes, int measure,
    vz_query *query) {
    begin_query(kind, dimension, code_bytes, measure, query);
    metadata of = metadata_of(record);
    const uint8_t *code = record + VZ_RECORD_METADATA;
    if (kind == VZ_CODE_FLOAT) {
        float components[VZ_CODED_DIMENSION_MAX];
        memcpy(components, code, dimension * sizeof(float));
        take_components(components, query);
    } else if (kind == VZ_CODE_INT8) {
        take_bytes(code, of, query);
    } else {
        for (size_t i = 0; i < dimension; i++) query->code[i] = code[i >> 3] >> (i & 7) & 1;
        int32_t sum = widen(query);
        set_steps(query, sum, of.offset, of.step, of.constant);
    }
}

vz_query *vz_query_create(void) {
    vz_query *query = aligned_alloc(64, (sizeof *query + 63) / 64 * 64);
    if (query != NULL) memset(query, 0, sizeof *query);
    return query;
}

void vz_query_free(vz_query *query) { free(query); }
