import Synchronization

/// Which chunks of a repository are read.
package enum ChunkSubset: Equatable, Sendable {
    case all
    /// The n-th of so many parts, 1 the first; all parts together are everything.
    case part(Int, of: Int)
    /// About so many in a hundred, others each time.
    case percent(Double)

    /// Tells for a chunk whether it is read.
    func contains(_ hash: ContentHash) -> Bool {
        switch self {
        case .all: return true
        case .part(let number, let count):
            let bytes = hash.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int(bytes % UInt64(count)) == number - 1
        case .percent(let percent): return Double.random(in: 0..<100) < percent
        }
    }
}

/// How much was checked.
package struct RepositoryCheck: Sendable {
    /// Files that were read from end to end.
    package var checkedFileCount = 0
    package var readByteCount = 0
}

extension BackupRepository {
    /// Reads a repository and reports everything that is wrong with it.
    ///
    /// - Parameters:
    ///   - choice: the only snapshot to check; nil checks all, and chunks that none names.
    ///   - subset: which of the chunks are read; of the others only the length is looked at.
    ///   - options: threads, and who is told.
    ///   - report: takes each finding; names are below the repository.
    /// - Returns: how much was checked.
    /// - Throws: `.busy` while snapshots are forgotten, `.snapshotNotFound`, `.cancelled`,
    ///   `.system`, and what `report` throws.
    /// - Complexity: one pass over the chunks that are read.
    package func verify(
        _ choice: SnapshotChoice? = nil,
        subset: ChunkSubset = .all,
        options: RestoreOptions,
        report: (_ file: String, _ problem: String) throws -> Void
    ) throws -> RepositoryCheck {
        let lock = try lock(.shared, lockTimeout: options.lockTimeout)
        var check = RepositoryCheck()
        let snapshots: [Snapshot]
        if let choice {
            snapshots = [try snapshot(choice)]
        } else {
            let listing = try listing()
            for fault in listing.faults {
                try report(relative(fault.file), RepositoryFault.reason(fault.error))
            }
            snapshots = listing.snapshots
        }
        check.checkedFileCount = 1 + snapshots.count + snapshots.count { $0.proof != nil }
        let named = NamedChunks(snapshots.map(\.manifest))
        var wanted = named.stored.map { (hash: $0.key, stored: Optional($0.value)) }
        if choice == nil {
            for (path, hash) in try chunks.all() {
                guard let hash else {
                    try report(relative(path), "it is no piece and not ours")
                    continue
                }
                if named.stored[hash] == nil { wanted.append((hash, nil)) }
            }
        }
        wanted.sort { $0.hash.hexadecimal < $1.hash.hexadecimal }
        let findings = try read(wanted, named, subset, options, &check)
        for (hash, problem) in findings { try report(relative(chunks.path(of: hash)), problem) }
        _ = consume lock
        return check
    }

    /// A path as findings name it.
    private func relative(_ absolute: String) -> String {
        let prefix = (path + "/").utf8
        guard absolute.utf8.starts(with: prefix) else { return absolute }
        return String(decoding: absolute.utf8.dropFirst(prefix.count), as: UTF8.self)
    }

    private func read(
        _ wanted: [(hash: ContentHash, stored: Int?)],
        _ named: NamedChunks,
        _ subset: ChunkSubset,
        _ options: RestoreOptions,
        _ check: inout RepositoryCheck
    ) throws(VectorStoreError) -> [(ContentHash, String)] {
        let state = Mutex((findings: [(ContentHash, String)](), files: 0, bytes: 0, done: 0))
        let chunks = chunks
        let total = wanted.reduce(0) { sum, chunk in
            sum + (chunk.stored ?? chunks.storedByteCount(of: chunk.hash) ?? 0)
        }
        try options.team.forEach(wanted) { chunk throws(VectorStoreError) in
            var stored: Int?
            var problem: String?
            do throws(VectorStoreError) {
                if subset.contains(chunk.hash) {
                    var content: [UInt8] = []
                    stored = try chunks.read(chunk.hash, into: &content)
                    let size = named.contents[chunk.hash] ?? content.count
                    if content.count != size {
                        problem = "it has \(content.count) bytes, not \(size)"
                    }
                } else if chunk.stored != chunks.storedByteCount(of: chunk.hash),
                    chunk.stored != nil
                {
                    problem = "it is missing or cut short"
                }
                if let stored, let expected = chunk.stored, stored != expected {
                    problem = problem ?? "its file has \(stored) bytes, not \(expected)"
                }
            } catch {
                guard RepositoryFault.isFinding(error) else { throw error }
                problem = RepositoryFault.reason(error)
            }
            let done = state.withLock { state in
                if let problem { state.findings.append((chunk.hash, problem)) }
                if let stored {
                    (state.files, state.bytes) = (state.files + 1, state.bytes + stored)
                }
                state.done += stored ?? chunk.stored ?? 0
                return state.done
            }
            options.progress(done, total)
        }
        let result = state.withLock { $0 }
        check.checkedFileCount += result.files
        check.readByteCount += result.bytes
        return result.findings.sorted { $0.0.hexadecimal < $1.0.hexadecimal }
    }
}

/// What snapshots say of their chunks.
private struct NamedChunks: Sendable {
    /// The length of each chunk's file.
    var stored: [ContentHash: Int] = [:]
    /// The length of each chunk.
    var contents: [ContentHash: Int] = [:]

    init(_ manifests: [SnapshotManifest]) {
        for file in manifests.flatMap(\.files) {
            for (index, hash) in file.hashes.enumerated() {
                stored[hash] = file.storedSizes[index]
                contents[hash] = file.chunkSizes[index]
            }
        }
    }
}

/// Errors about a repository's files as findings.
enum RepositoryFault {
    /// Whether an error is about what a file holds, and not about reading it.
    static func isFinding(_ error: VectorStoreError) -> Bool {
        switch error {
        case .backup(.corruptRepository), .backup(.malformedSnapshot): true
        default: false
        }
    }

    static func reason(_ error: VectorStoreError) -> String {
        switch error {
        case .backup(.corruptRepository(_, let reason)), .backup(.malformedSnapshot(_, let reason)):
            reason
        case .file(.newerFormat(_, let found, let supported)):
            "it has format \(found), this program knows up to \(supported)"
        default: "\(error)"
        }
    }
}
