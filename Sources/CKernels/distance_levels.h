// The tables that the level files define and distance.c chooses from. Not part of the module.

#ifndef VZ_DISTANCE_LEVELS_H
#define VZ_DISTANCE_LEVELS_H

#include "vz_distance.h"

extern const vz_distance_kernels vz_distance_kernels_portable;
#if defined(__x86_64__)
extern const vz_distance_kernels vz_distance_kernels_avx2;
extern const vz_distance_kernels vz_distance_kernels_avx512;
#endif

#endif
