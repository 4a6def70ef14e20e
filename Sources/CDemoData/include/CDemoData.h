// The data set of `vectorizer demo`: descriptions of Debian packages and their embeddings, made by
// all-MiniLM-L6-v2 and of length 1 but for rounding.

#ifndef CDEMODATA_H
#define CDEMODATA_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VZ_DEMO_COUNT = 300, VZ_DEMO_DIMENSION = 384 };

// The components of a row, 0 to VZ_DEMO_COUNT - 1, in millionths.
const int32_t *vz_demo_vector(int row);

// The id and payload of a row as one minified JSON object: {"id":"...","payload":{...}}.
const char *vz_demo_point(int row);

#ifdef __cplusplus
}
#endif

#endif
