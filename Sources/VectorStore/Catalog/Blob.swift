import Foundation
import GRDB

/// Bytes as the catalog's blobs, with GRDB's `Data` kept out of every other file.
enum Blob {
    /// The bytes of a blob column; nil for anything else.
    static func read(_ value: DatabaseValue) -> [UInt8]? {
        guard case .blob(let data) = value.storage else { return nil }
        return Array(data)
    }

    /// A blob for a statement's argument.
    static func write(_ bytes: [UInt8]) -> Data { Data(bytes) }
}
