import Foundation

/// A JSON document that ends with a checksum of itself.
///
/// The last member is `"sha256"`, on a line of its own, over all bytes before that line: what
/// `head -n -2 FILE | sha256sum` prints.
package enum SealedDocument {
    /// What every document says of itself before anything else is read.
    private struct Head: Decodable {
        let format: String
        let version: Int
    }

    /// The longest document that is read; one with a million chunks has 90 MiB.
    private static let byteCountMax = 1 << 30

    // MARK: Writing

    /// A value as a document.
    package static func encode(_ value: some Encodable, path: String) throws(VectorStoreError)
        -> [UInt8]
    {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            var text = Array(try encoder.encode(value))
            precondition(text.suffix(2).elementsEqual("\n}".utf8), "a document is an object")
            text.removeLast(2)
            text.append(contentsOf: ",\n".utf8)
            text.append(contentsOf: seal(text))
            return text
        } catch {
            throw .backup(
                .malformedSnapshot(file: path, reason: "it can't be written as JSON: \(error)")
            )
        }
    }

    private static func seal(_ body: [UInt8]) -> [UInt8] {
        Array("  \"sha256\" : \"\(ContentHash(of: body).hexadecimal)\"\n}\n".utf8)
    }

    // MARK: Reading

    /// Reads a document from a file.
    ///
    /// - Throws: `.corruptRepository` when its checksum is wrong, `.malformedSnapshot` when the
    ///   checksum is right and the document still is none, `.newerFormat`.
    package static func read<Value: Decodable>(
        _ type: Value.Type,
        from path: String,
        format: String,
        version: Int
    ) throws(VectorStoreError) -> Value {
        let text: [UInt8]
        do {
            text = try DurableFile.read(path, byteCountMax: byteCountMax)
        } catch .file(.corrupt(_, _, let reason)) {
            throw .backup(.malformedSnapshot(file: path, reason: reason))
        }
        try check(text, path: path)
        let head = try decode(Head.self, text, path)
        guard head.format == format else {
            throw .backup(
                .malformedSnapshot(
                    file: path,
                    reason: "its format is '\(head.format)', not '\(format)'"
                )
            )
        }
        guard head.version <= version else {
            throw .file(.newerFormat(path: path, found: head.version, supported: version))
        }
        return try decode(type, text, path)
    }

    private static func check(_ text: [UInt8], path: String) throws(VectorStoreError) {
        let sealByteCount = seal([]).count
        let body = Array(text.dropLast(sealByteCount))
        guard text.count > sealByteCount, text.suffix(sealByteCount).elementsEqual(seal(body))
        else {
            throw .backup(.corruptRepository(file: path, reason: "its own checksum is wrong"))
        }
        do throws(JSONError) {
            _ = try JSONMinifier.minified(text.span)
        } catch {
            throw .backup(
                .malformedSnapshot(
                    file: path,
                    reason: "byte \(error.offset) is no strict JSON: \(error.problem)"
                )
            )
        }
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type,
        _ text: [UInt8],
        _ path: String
    ) throws(VectorStoreError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(text))
        } catch let error as DecodingError {
            throw .backup(.malformedSnapshot(file: path, reason: reason(error)))
        } catch {
            throw .backup(.malformedSnapshot(file: path, reason: "\(error)"))
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "the member '\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            "the member '\(context.codingPath.map(\.stringValue).joined(separator: "."))' is bad"
        @unknown default: "\(error)"
        }
    }
}
