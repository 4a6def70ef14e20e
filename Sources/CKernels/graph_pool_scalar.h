// The pool without wide registers.

VZ_TARGET static inline size_t pool_insert(int64_t *pool, size_t places, int64_t key) {
    size_t at = places - 1;
    if (pool[at] <= key) return places;
    for (; at > 0 && pool[at - 1] > key; at--) pool[at] = pool[at - 1];
    pool[at] = key;
    return at;
}

VZ_TARGET static inline size_t pool_next(const int64_t *pool, size_t first, size_t limit) {
    size_t at = first;
    while (at < limit && pool[at] & 1) at++;
    return at;
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
