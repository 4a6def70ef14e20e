/// Why a zip file of arrays can't be read.
package enum ZipError: Error, Equatable, Sendable {
    case notZip
    /// What is at this byte contradicts the format or the rest of the file.
    case malformed(offset: Int)
    /// The directory is larger than what is read.
    case directoryTooLarge(limit: Int, got: Int)
    /// A zip file's directory stands at its end, which a pipe has only when all is read.
    case fromPipe
    case encrypted(entry: String)
    case compression(entry: String, method: Int)
    /// The compressed bytes of an entry are no deflate stream.
    case damaged(entry: String)
    /// An entry does not give as many bytes as the directory says.
    case byteCount(entry: String, expected: Int, got: Int)
    case checksum(entry: String, expected: UInt32, got: UInt32)
    case noArrays
    case severalArrays([String])
    case noSuchArray(String, among: [String])
}
