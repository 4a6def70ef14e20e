import VectorStore

/// The file in the body of an upload: a form of type `multipart/form-data` (RFC 7578).
struct UploadForm {
    private static let headByteCountMax = 16 << 10
    private static let copyByteCount = 1 << 20

    private let upload: UploadFile
    private let content: Range<Int>

    /// Finds the first file of a form.
    ///
    /// - Parameters:
    ///   - upload: the body.
    ///   - contentType: its type, with the boundary.
    /// - Throws: 400 for what is no such form, or has no file.
    init(_ upload: UploadFile, contentType: String) throws {
        self.upload = upload
        guard let boundary = Self.boundary(contentType) else {
            throw ServerError.badBody("the form has no boundary")
        }
        let mark = Array("--\(boundary)".utf8)
        let head = try upload.read(Self.headByteCountMax, at: 0)
        var place = 0
        guard head.starts(with: mark) else { throw ServerError.badBody("the form has no parts") }
        place = mark.count
        let rest = Array(head[place...])
        guard rest.starts(with: Array("\r\n".utf8)),
            let end = Self.find(Array("\r\n\r\n".utf8), in: rest)
        else { throw ServerError.badBody("the form's first part has no header") }
        let header = String(decoding: rest[..<end], as: UTF8.self).lowercased()
        guard header.contains("content-disposition:"), header.contains("name=\"snapshot\"") else {
            throw ServerError.badBody("the form's first part is not the file `snapshot`")
        }
        let start = place + end + 4
        content = start..<(try Self.end(of: start, mark, upload))
    }

    private static func boundary(_ type: String) -> String? {
        guard type.lowercased().hasPrefix("multipart/form-data"),
            let parameter = type.split(separator: ";").map(\.trimmed)
                .first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { return nil }
        var text = parameter.dropFirst("boundary=".count)
        if text.hasPrefix("\""), text.hasSuffix("\""), text.utf8.count > 1 {
            text = text.dropFirst().dropLast()
        }
        let isPlain = text.utf8.allSatisfy { 0x20...0x7E ~= $0 }
        return (1...70).contains(text.utf8.count) && isPlain ? String(text) : nil
    }

    /// Where the content ends: before the last line break and boundary of the body.
    private static func end(of start: Int, _ mark: [UInt8], _ upload: UploadFile) throws -> Int {
        let length = min(upload.byteCount - start, headByteCountMax)
        guard length > 0 else { throw ServerError.badBody("the form has no end") }
        let first = upload.byteCount - length
        let tail = try upload.read(length, at: first)
        let closing = Array("\r\n".utf8) + mark + Array("--".utf8)
        guard let place = find(closing, in: tail) else {
            throw ServerError.badBody("the form's file must be its only part")
        }
        return first + place
    }

    private static func find(_ part: [UInt8], in whole: [UInt8]) -> Int? {
        guard whole.count >= part.count else { return nil }
        return (0...(whole.count - part.count)).first { whole[$0...].starts(with: part) }
    }

    /// Copies the content into a file of its own.
    ///
    /// - Parameter dataDirectory: the data directory.
    /// - Returns: the file, which goes away when it is let go of.
    /// - Throws: system errors.
    func takeFile(in dataDirectory: String) throws -> UploadFile {
        let file = try UploadFile(in: dataDirectory)
        var offset = content.lowerBound
        while offset < content.upperBound {
            let count = min(Self.copyByteCount, content.upperBound - offset)
            let bytes = try upload.read(count, at: offset)
            guard !bytes.isEmpty else { throw ServerError.badBody("the form ends too early") }
            try file.append(bytes)
            offset += bytes.count
        }
        return file
    }
}
