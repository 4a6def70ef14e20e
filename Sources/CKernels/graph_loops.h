// The walk that every level shares. A level file defines, before including this:
//
//   VZ_LEVEL(name)      the name of a symbol at this level
//   VZ_TARGET           the function attribute that allows its instructions, or nothing
//   distances_int8, distances_nibbles, distances_binary, distances_float
//                       distances to the given rows, as vz_graph_kernels says
//   pool_insert         puts a number into the first places of the pool, whose largest falls out;
//                       returns a place at or before that of the number
//   pool_next           the first place from `first` and below `limit` that is not expanded, or
//                       `limit`
//   pool_keys_below     the keys of rows and distances that are below a bound; returns how many

#define VZ_INLINE VZ_TARGET static inline __attribute__((always_inline))

VZ_TARGET static void distances_any(
    const vz_query *query, const uint8_t *records, size_t stride, const uint32_t *rows,
    size_t count, float *out) {
    switch (query->kind) {
    case VZ_CODE_INT8: distances_int8(query, records, stride, rows, count, out); break;
    case VZ_CODE_NIBBLE: distances_nibbles(query, records, stride, rows, count, out); break;
    case VZ_CODE_BINARY: distances_binary(query, records, stride, rows, count, out); break;
    default: distances_float(query, records, stride, rows, count, out); break;
    }
}

// The list of a row, and the bounds that links are checked against.
typedef struct {
    const uint32_t *list;
    size_t count;
} links;

// Level 0, or one of the upper levels, where rows are called by their number among upper rows.
typedef struct {
    const vz_index *index;
    uint32_t level;
    uint32_t row_count;
} storey;

VZ_INLINE links links_of(const storey *on, uint32_t row) {
    const vz_index *index = on->index;
    if (on->level == 0) {
        links found = {
            index->base_links + (size_t)row * index->base_link_count, index->base_link_count};
        return found;
    }
    links none = {NULL, 0};
    uint64_t list = (uint64_t)index->upper_offsets[row] + on->level - 1;
    // Also true where an offset is damaged: every list that is read lies within the section.
    if (list >= index->upper_list_count || list >= index->upper_offsets[row + 1]) return none;
    links found = {index->upper_links + list * index->link_count, index->link_count};
    return found;
}

VZ_INLINE uint32_t record_of(const storey *on, uint32_t row) {
    return on->level == 0 ? row : on->index->upper_rows[row];
}

VZ_INLINE void prefetch_record(const vz_index *index, uint32_t row) {
    const char *record = (const char *)index->records + (size_t)row * index->stride;
    for (size_t at = 0; at < index->stride; at += 64) __builtin_prefetch(record + at);
    __builtin_prefetch(record + index->stride - 1);
}

// Appends the rows of a list that were not met before to the walker's, and asks for their records.
VZ_INLINE size_t meet(vz_walker *walker, const storey *on, uint32_t row, uint32_t *fresh) {
    links list = links_of(on, row);
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++) {
        uint32_t next = list.list[i];
        // The end of the list, or a damaged link.
        if (next >= on->row_count) break;
        uint64_t word = walker->visited[next >> 6];
        uint64_t bit = (uint64_t)1 << (next & 63);
        fresh[count] = next;
        count += (word & bit) == 0;
        walker->visited[next >> 6] = word | bit;
    }
    for (size_t i = 0; i < count; i++) prefetch_record(on->index, record_of(on, fresh[i]));
    return count;
}

// Where a walk stands.
typedef struct {
    size_t breadth;   // rows that are kept
    size_t places;    // of the pool: breadth, rounded up to whole registers
    size_t filled;    // places that hold a row
    size_t open;      // no row before this place waits to be expanded
    size_t hop_width; // rows that are expanded at once
    int64_t bound;    // no row beyond this is kept or expanded
} progress;

// Computes the distances of rows that were met and puts the near ones into the pool.
VZ_INLINE void weigh(
    vz_walker *walker, const storey *on, const vz_query *query, const uint32_t *fresh,
    size_t count, progress *at) {
    const vz_index *index = on->index;
    const uint32_t *rows = fresh;
    uint32_t mapped[VZ_HOP_WIDTH * VZ_LINKS_MAX];
    if (on->level != 0) {
        for (size_t i = 0; i < count; i++) mapped[i] = record_of(on, fresh[i]);
        rows = mapped;
    }
    distances_any(query, index->records, index->stride, rows, count, walker->distances);
    walker->distance_count += count;
    int64_t *pool = walker->pool;
    int64_t last = pool[at->breadth - 1];
    size_t near = pool_keys_below(
        last < at->bound ? last : at->bound, walker->distances, fresh, count, walker->incoming);
    for (size_t i = 0; i < near; i++) {
        int64_t key = walker->incoming[i];
        if (on->level == 0) {
            const char *list =
                (const char *)(index->base_links +
                               (size_t)vz_pool_row(key) * index->base_link_count);
            __builtin_prefetch(list);
            __builtin_prefetch(list + 64);
        }
        at->filled += at->filled < at->places;
        // Only places that hold a row have to move.
        size_t end = (at->filled + VZ_POOL_LANES - 1) / VZ_POOL_LANES * VZ_POOL_LANES;
        size_t place = pool_insert(pool, end, key);
        if (place < at->open) at->open = place;
    }
}

// The key beyond which no row is kept or expanded: the farthest there is, as long as the pool has
// fewer rows than the stop's rank.
VZ_INLINE int64_t bound_of(const vz_walker *walker, const vz_stop *stop, size_t breadth) {
    if (stop->rank == 0 || stop->rank > breadth) return INT64_MAX;
    int64_t key = walker->pool[stop->rank - 1];
    if (key == VZ_POOL_EMPTY) return INT64_MAX;
    return vz_pool_key(vz_pool_distance(key) * stop->factor + stop->offset, VZ_POOL_ROW_MAX);
}

// Best-first over one level from one row. A hop is pipelined: while the records of the rows met
// last are on their way from memory, the next rows to expand are chosen and their neighbours are
// asked for. A walk that stops by distance expands one row a hop, so that it does not overshoot;
// any other is wide: several rows are expanded at once, since what it waits for is not how much it
// reads, but one read after the other.
VZ_INLINE size_t beam(
    vz_walker *walker, const storey *on, const vz_query *query, uint32_t entry, size_t breadth,
    uint32_t hidden, const vz_stop *stop) {
    progress at = {
        .breadth = breadth,
        .places = (breadth + VZ_POOL_LANES - 1) / VZ_POOL_LANES * VZ_POOL_LANES,
        .hop_width = stop->rank == 0 ? VZ_HOP_WIDTH : 1,
    };
    int64_t *pool = walker->pool;
    for (size_t i = 0; i < at.places; i++) pool[i] = VZ_POOL_EMPTY;
    uint32_t *pending = walker->met;
    pending[0] = entry;
    size_t pending_count = 1;
    walker->visited[entry >> 6] |= (uint64_t)1 << (entry & 63);
    if (hidden < on->row_count) walker->visited[hidden >> 6] |= (uint64_t)1 << (hidden & 63);
    walker->met_count = 1;
    for (;;) {
        uint32_t *fresh = pending + pending_count;
        size_t fresh_count = 0, expanded = 0;
        at.bound = bound_of(walker, stop, breadth);
        for (; expanded < at.hop_width; expanded++) {
            at.open = pool_next(pool, at.open, breadth);
            if (at.open == breadth || pool[at.open] > at.bound) break;
            pool[at.open] |= 1;
            fresh_count += meet(walker, on, vz_pool_row(pool[at.open]), fresh + fresh_count);
        }
        if (expanded == 0 && pending_count == 0) break;
        walker->met_count += fresh_count;
        weigh(walker, on, query, pending, pending_count, &at);
        pending = fresh;
        pending_count = fresh_count;
    }
    size_t count = 0;
    while (count < breadth && pool[count] != VZ_POOL_EMPTY) count++;
    for (size_t i = 0; i < walker->met_count; i++) walker->visited[walker->met[i] >> 6] = 0;
    if (hidden < on->row_count) walker->visited[hidden >> 6] = 0;
    return count;
}

VZ_INLINE size_t put_found(const vz_walker *walker, size_t count, vz_found *found) {
    for (size_t i = 0; i < count; i++) {
        found[i].row = vz_pool_row(walker->pool[i]);
        found[i].distance = vz_pool_distance(walker->pool[i]);
    }
    return count;
}

// From the entry point down to just above `level`, always to the nearest neighbour.
VZ_TARGET static uint32_t descend(
    vz_walker *walker, const vz_index *index, const vz_query *query, uint32_t level) {
    uint32_t here = index->entry_point;
    uint32_t record = index->upper_rows[here];
    if (record >= index->row_count) return here;
    float nearest;
    distances_any(query, index->records, index->stride, &record, 1, &nearest);
    walker->distance_count++;
    for (uint32_t storeys = index->upper_level_count; storeys > level; storeys--) {
        storey on = {index, storeys, index->upper_row_count};
        // Damaged links may lead in circles only as long as they lead nearer.
        for (uint32_t from = VZ_NO_LINK; from != here;) {
            from = here;
            links list = links_of(&on, here);
            uint32_t rows[VZ_LINKS_MAX], names[VZ_LINKS_MAX];
            size_t count = 0;
            for (size_t i = 0; i < list.count && list.list[i] < index->upper_row_count; i++) {
                names[count] = list.list[i];
                rows[count] = index->upper_rows[names[count]];
                if (rows[count] < index->row_count) count++;
            }
            distances_any(query, index->records, index->stride, rows, count, walker->distances);
            walker->distance_count += count;
            for (size_t i = 0; i < count; i++) {
                if (walker->distances[i] < nearest) {
                    nearest = walker->distances[i];
                    here = names[i];
                }
            }
        }
    }
    return here;
}

VZ_TARGET static size_t walk(
    vz_walker *walker, const vz_index *index, const vz_query *query, size_t breadth,
    uint32_t hidden, const vz_stop *stop, vz_found *found) {
    walker->distance_count = 0;
    uint32_t entry = index->entry_point;
    if (index->upper_level_count > 0) {
        if (entry >= index->upper_row_count) return 0;
        entry = index->upper_rows[descend(walker, index, query, 0)];
    }
    if (entry >= index->row_count) return 0;
    storey on = {index, 0, index->row_count};
    size_t count = beam(walker, &on, query, entry, breadth, hidden, stop);
    // The hidden row may have been where the walk began.
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (vz_pool_row(walker->pool[i]) != hidden) walker->pool[kept++] = walker->pool[i];
    }
    return put_found(walker, kept, found);
}

VZ_TARGET static size_t walk_level(
    vz_walker *walker, const vz_index *index, const vz_query *query, uint32_t level,
    size_t breadth, vz_found *found) {
    walker->distance_count = 0;
    uint32_t entry = descend(walker, index, query, level);
    storey on = {index, level, index->upper_row_count};
    const vz_stop never = {0};
    size_t count = beam(walker, &on, query, entry, breadth, VZ_NO_LINK, &never);
    return put_found(walker, count, found);
}

const vz_graph_kernels VZ_LEVEL(vz_graph_kernels) = {
    .name = VZ_NAME,
    .distances = distances_any,
    .walk = walk,
    .walk_level = walk_level,
};
