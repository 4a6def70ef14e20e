import Synchronization

/// Vector files that stay mapped from one snapshot to the next.
///
/// A search of a fresh mapping costs a fault for each page that it touches, most of its time. What
/// a record in the catalog says of a file is all that can change about it: rows are appended and
/// die, and both are counted. So a file whose record is the same is the same file, and of one whose
/// record differs the mapping is gone on with.
final class FileCache: Sendable {
    /// Files that are kept at once; more are let go of together.
    private static let fileCountMax = 512

    private let files = Mutex<[UniqueID: any VectorFile]>([:])

    /// A file that is kept, as it was when it was opened.
    func file(_ uuid: UniqueID) -> (any VectorFile)? {
        files.withLock { $0[uuid] }
    }

    /// Keeps a file that was opened.
    func keep(_ file: any VectorFile) {
        files.withLock { files in
            if files.count >= Self.fileCountMax { files = [:] }
            files[file.record.uuid] = file
        }
    }

    /// Lets go of all files: the space of a retired one comes back when no process has it mapped.
    func removeAll() {
        files.withLock { $0 = [:] }
    }
}
