import Glibc
import NIOCore
import Synchronization
import VectorStore

/// The file that an upload is kept in until its route has read it; it is gone with the request.
final class UploadSpool: Sendable {
    /// What the names of such files begin with.
    static let prefix = "upload-"

    /// Where it is.
    let path: String
    /// -1 once it is closed.
    private let descriptor: Mutex<Int32>

    /// Makes the file.
    ///
    /// - Parameters:
    ///   - directory: where it is to be.
    ///   - id: a name that no other has.
    /// - Throws: system errors.
    init(in directory: String, id: String) throws(VectorStoreError) {
        path = directory + "/" + Self.prefix + id
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = open(path, flags, 0o600)
        guard file >= 0 else { throw .system("open", path, errno) }
        descriptor = Mutex(file)
    }

    deinit {
        close()
        unlink(path)
    }

    /// Writes more of the body.
    ///
    /// - Throws: system errors, a full disk among them.
    func append(_ bytes: ByteBuffer) throws(VectorStoreError) {
        let file = descriptor.withLock { $0 }
        var number: Int32 = 0
        bytes.withUnsafeReadableBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
                let count = Glibc.write(file, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    number = count < 0 ? errno : EIO
                    return
                }
                offset += count
            }
        }
        if number != 0 { throw .system("write", path, number) }
    }

    /// Ends the writing; the file stays as long as this object.
    func close() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { _ = Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    /// Removes what a killed server has left.
    ///
    /// - Parameter directory: where such files are.
    static func sweep(_ directory: String) {
        guard let entries = opendir(directory) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let isOurs =
                name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 16
                && name.dropFirst(prefix.count).allSatisfy(\.isHexDigit)
            if isOurs { unlink(directory + "/" + name) }
        }
    }
}
