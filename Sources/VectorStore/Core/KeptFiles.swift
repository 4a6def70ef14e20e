import Synchronization

/// Vector files that stay mapped from one snapshot to the next.
///
/// A search of a fresh mapping costs a fault for each page that it touches, most of its time. What
/// a record in the catalog says of a file is all that can change about it: rows are appended and
/// die, and both are counted. So a file whose record is the same is the same file.
final class KeptFiles: Sendable {
    /// Files that are kept at once; more are let go of together.
    private static let fileCountMax = 512

    private struct State {
        var files: [UniqueID: any VectorFile] = [:]
        /// What tells whether anything was committed since.
        var dataVersion: Int64?
    }

    private let state = Mutex(State())

    /// The file with this record, if it is kept.
    func file(_ record: FileRecord) -> (any VectorFile)? {
        state.withLock { state in
            guard let file = state.files[record.uuid], file.record == record else { return nil }
            return file
        }
    }

    /// Keeps a file that was opened.
    func keep(_ file: any VectorFile) {
        state.withLock { state in
            if state.files.count >= Self.fileCountMax { state.files = [:] }
            state.files[file.record.uuid] = file
        }
    }

    /// Lets go of all files when anything was committed meanwhile: the space of those that are
    /// retired comes back only when nobody has them mapped.
    func check(dataVersion: Int64?) {
        state.withLock { state in
            if state.dataVersion != dataVersion { state.files = [:] }
            state.dataVersion = dataVersion
        }
    }
}
