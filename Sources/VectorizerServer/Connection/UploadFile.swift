import Glibc
package import VectorStore

/// The body of an upload, in a file that goes away with the request.
///
/// `@unchecked Sendable`: one piece of work after the other has it, and none beside another.
package final class UploadFile: @unchecked Sendable {
    /// Where the file lies.
    package let path: String
    /// Bytes that came in so far.
    package private(set) var byteCount = 0
    private let descriptor: Int32

    /// Makes an empty file.
    ///
    /// - Parameter dataDirectory: the data directory.
    /// - Throws: system errors.
    init(in dataDirectory: String) throws(VectorStoreError) {
        let folder = try SnapshotFolder.make(Self.folder(dataDirectory))
        path = folder + "/" + Self.prefix + String(UInt64.random(in: 0...UInt64.max), radix: 16)
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("open", path, errno) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    private static let prefix = "upload-"
    /// No upload takes a day.
    private static let sweptSeconds = 86_400

    private static func folder(_ dataDirectory: String) -> String {
        dataDirectory + "/snapshots/tmp"
    }

    /// Removes what a killed server has left.
    ///
    /// - Parameter dataDirectory: the data directory; what is young may be another server's.
    static func sweep(_ dataDirectory: String) {
        let folder = folder(dataDirectory)
        guard let entries = opendir(folder) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var facts = stat()
            let path = folder + "/" + name
            guard name.hasPrefix(prefix), lstat(path, &facts) == 0 else { continue }
            if time(nil) - facts.st_mtim.tv_sec > sweptSeconds { unlink(path) }
        }
    }

    /// Appends bytes.
    ///
    /// - Throws: system errors.
    func append(_ bytes: [UInt8]) throws(VectorStoreError) {
        var written = 0
        while written < bytes.count {
            let rest = Array(bytes[written...])
            let count = pwrite(descriptor, rest, rest.count, off_t(byteCount))
            guard count > 0 else { throw .system("write", path, count < 0 ? errno : EIO) }
            written += count
            byteCount += count
        }
    }

    /// Reads a part; shorter at the end.
    ///
    /// - Throws: system errors.
    package func read(_ count: Int, at offset: Int) throws(VectorStoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let read = pread(descriptor, &bytes, count, off_t(offset))
        guard read >= 0 else { throw .system("read", path, errno) }
        bytes.removeLast(count - read)
        return bytes
    }
}
