/// A file of rows that ascend by key: a tail or a segment, open and mapped.
///
/// Rows are found by key with a binary search. What a row holds is checked against its CRC32C
/// before it is handed out, not while it is compared.
package protocol VectorFile: AnyObject, Sendable {
    var record: FileRecord { get }
    var deletions: DeletionBitmap { get }
    /// The file's path, for messages.
    var path: String { get }
    /// Committed rows, dead ones included.
    var rowCount: Int { get }
    /// Bytes that count.
    var byteCount: Int { get }
    /// The file's mapped bytes; those behind ``byteCount`` do not count.
    var file: MappedFile { get }

    /// The 64 KiB block of the file that a row's vector begins in.
    func block(of slot: Int) -> Int
    /// The key of a row, unchecked.
    func key(at slot: Int) -> Int64
    /// The vector of a row as it was given, after its checksum was found right.
    func vector(at slot: Int) throws(VectorStoreError) -> [Float]
    /// 1 / length of a row's vector, unchecked.
    func inverseNorm(at slot: Int) -> Float
    /// Checks a row's checksum.
    func verify(_ slot: Int) throws(VectorStoreError)
    /// Where the vectors lie; nil in a file without rows.
    var rows: VectorRows? { get }
    /// Tells the kernel that all vectors will be read, in their order.
    func willReadSequentially()

    // Requirements only so that each file's own, specialised one is called.

    /// The row with a key; nil when this file has none.
    func slot(of key: Int64) -> Int?
    /// Compares the query with every live row.
    func collectNearest(
        to query: PreparedQuery,
        locatedFrom first: UInt64,
        into nearest: inout NearestCandidates
    )
    /// Compares the query with the given rows, which ascend and are live.
    func collectNearest(
        to query: PreparedQuery,
        locatedFrom first: UInt64,
        among slots: [UInt32],
        into nearest: inout NearestCandidates
    )
    /// Adds the live rows to a list, each after its checksum was found right.
    func appendLiveRows(to list: inout IndexRows) throws(VectorStoreError)
}

extension VectorFile {
    /// Committed rows, dead ones included.
    package var rowCount: Int { record.rowCount }
    /// Rows of points that are there.
    package var liveCount: Int { record.liveCount }

    /// The row with a key; nil when this file has none.
    ///
    /// - Complexity: O(log *rows*); O(1) where keys have no gaps.
    package func slot(of key: Int64) -> Int? {
        guard rowCount > 0, key >= record.firstKey, key <= record.lastKey else { return nil }
        // Without refused rows keys have no gaps, and the guess is right.
        let guess = Int(key - record.firstKey)
        if guess < rowCount, self.key(at: guess) == key { return guess }
        let slot = firstSlot(from: key)
        return slot < rowCount && self.key(at: slot) == key ? slot : nil
    }

    /// The first row whose key is not smaller than this.
    ///
    /// - Complexity: O(log *rows*).
    func firstSlot(from key: Int64) -> Int {
        (0..<rowCount).partitionPoint { self.key(at: $0) >= key }
    }

    // MARK: Scanning

    /// Compares the query with every live row.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - first: the location of the first row; the others follow one by one.
    ///   - nearest: takes the candidates.
    /// - Complexity: one pass over the vectors, at the speed of memory.
    package func collectNearest(
        to query: PreparedQuery,
        locatedFrom first: UInt64,
        into nearest: inout NearestCandidates
    ) {
        guard let rows else { return }
        willReadSequentially()
        // Copies: what a closure captures by reference is loaded again for each row.
        var collected = nearest
        query.scan(rows, in: 0..<rowCount) { slot, distance in
            guard distance <= collected.threshold else { return }
            if !deletions.isEmpty, deletions.contains(slot) { return }
            collected.offer(
                distance: distance,
                key: UInt64(bitPattern: key(at: slot)),
                location: first + UInt64(slot)
            )
        }
        nearest = collected
    }

    /// Compares the query with the given rows, which ascend and are live.
    package func collectNearest(
        to query: PreparedQuery,
        locatedFrom first: UInt64,
        among slots: [UInt32],
        into nearest: inout NearestCandidates
    ) {
        guard let rows, !slots.isEmpty else { return }
        // A filter that lets most rows pass reads the file from end to end all the same.
        if slots.count > rowCount / 8 { willReadSequentially() }
        var collected = nearest
        query.scan(rows, slots: slots.span) { slot, distance in
            collected.offer(
                distance: distance,
                key: UInt64(bitPattern: key(at: slot)),
                location: first + UInt64(slot)
            )
        }
        nearest = collected
    }

    // MARK: Copying

    /// Adds the live rows to a list, each after its checksum was found right: a damaged row must
    /// not get a new checksum by being copied.
    ///
    /// - Parameter list: takes the rows; its last key is smaller than this file's first one.
    /// - Throws: `.corrupt` at the first damaged row, or where keys do not ascend.
    /// - Complexity: one pass over the file.
    package func appendLiveRows(to list: inout IndexRows) throws(VectorStoreError) {
        guard let rows else { return }
        willReadSequentially()
        list.owners.append(self)
        list.reserveCapacity(list.count + rowCount - record.deletedCount)
        for slot in 0..<rowCount where !deletions.contains(slot) {
            try append(slot, of: rows, to: &list)
        }
    }

    /// Adds one row to a list that keeps this file's memory already.
    func append(
        _ slot: Int,
        of rows: VectorRows,
        to list: inout IndexRows
    ) throws(VectorStoreError) {
        try verify(slot)
        let key = key(at: slot)
        guard list.keys.last ?? .min < key else {
            throw .corrupt(path, "row \(slot): keys do not ascend")
        }
        let vector = unsafe rows.vector(at: slot).assumingMemoryBound(to: Float.self)
        unsafe list.append(key: key, vector: vector, inverseNorm: rows.inverseNorm(at: slot))
    }
}
