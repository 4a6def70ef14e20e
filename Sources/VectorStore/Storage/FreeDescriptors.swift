import Glibc

/// Whether there are descriptors left for what ends the process when it gets none.
///
/// The first thread that Dispatch starts wants three for its event loop, and is killed by SIGILL
/// without them. It is started by parallel work, and by GRDB when a catalog can't be opened, of
/// which running out of descriptors would be the usual reason. So both are begun only when there
/// are enough: an error is told then, or one thread does the work.
enum FreeDescriptors {
    /// Three for Dispatch, or for SQLite the catalog, its log and its shared memory; and as many
    /// for what other threads open at the same moment.
    static let countNeeded = 6

    /// Whether that many descriptors can be opened.
    static var areEnough: Bool { refusal(of: countNeeded) == nil }

    /// Makes sure that that many descriptors can be opened.
    ///
    /// - Parameter path: what is to be opened, for the error.
    /// - Throws: `.system`.
    static func require(toOpen path: String) throws(VectorStoreError) {
        guard let code = refusal(of: countNeeded) else { return }
        throw .system("open", path, code)
    }

    /// Why so many can't be open at once: the process's limit or the system's; nil when they can.
    private static func refusal(of count: Int) -> Int32? {
        guard count > 0 else { return nil }
        let number = unsafe open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // Any other reason says nothing about descriptors.
        guard number >= 0 else { return errno == EMFILE || errno == ENFILE ? errno : nil }
        defer { close(number) }
        return refusal(of: count - 1)
    }
}
