import Glibc
import Yams

/// The settings in a data directory's `config.yaml`.
///
/// Opened only when it is there: a store without one pays nothing for YAML. It never is believed in
/// part: one unknown key or bad value, and nothing of it holds.
package struct SettingsFile: Sendable {
    /// The largest file that is read.
    package static let byteCountMax = 64 << 10

    /// A value and the line that it stands in.
    package struct Entry: Sendable, Equatable {
        package let text: String
        package let line: Int
    }

    /// The file.
    package let path: String
    /// What it sets.
    package let entries: [SettingKey: Entry]
    /// The whole of it.
    package let text: String
    /// Whether another user than the one this process runs for may have written it.
    package let isForeign: Bool

    /// The file's place.
    package static func path(in dataDirectory: String) -> String { dataDirectory + "/config.yaml" }

    /// Reads the file of a data directory.
    ///
    /// - Returns: nil when there is none.
    /// - Throws: ``Diagnostic`` with code 78 for what can't be understood, naming the line.
    package static func read(in dataDirectory: String) throws(Diagnostic) -> SettingsFile? {
        let path = path(in: dataDirectory)
        guard let (bytes, isForeign) = try bytes(of: path, in: dataDirectory) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw unreadable(path, "it is not UTF-8 text")
        }
        return try SettingsFile(path: path, text: text, isForeign: isForeign)
    }

    /// Takes the text of a file apart.
    package init(path: String, text: String, isForeign: Bool = false) throws(Diagnostic) {
        self.isForeign = isForeign
        self.path = path
        self.text = text
        // Some editors begin with a mark that is no text.
        let mark = "\u{feff}"
        entries = try Self.entries(path, text.hasPrefix(mark) ? String(text.dropFirst()) : text)
    }

    // MARK: Bytes

    private static func bytes(
        of path: String,
        in directory: String
    ) throws(Diagnostic) -> (bytes: [UInt8], isForeign: Bool)? {
        // Not blocking: a pipe in its place must not stop the program.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return nil
            case ELOOP: throw unreadable(path, "it is a symbolic link")
            case ENXIO: throw unreadable(path, "it is no regular file")
            default: throw .system("open", path, errno)
            }
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system("fstat", path, errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            let isDirectory = facts.st_mode & S_IFMT == S_IFDIR
            throw unreadable(path, isDirectory ? "it is a directory" : "it is no regular file")
        }
        guard facts.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw .writableByOthers(path, directory)
        }
        var above = stat()
        guard stat(directory, &above) == 0 else { throw .system("stat", directory, errno) }
        // What others could exchange is not obeyed, not even before the store is refused.
        guard above.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw .writableByOthers(directory, directory)
        }
        guard facts.st_uid == above.st_uid || facts.st_uid == 0 else { throw .foreignOwner(path) }
        guard facts.st_size <= byteCountMax else { throw tooLarge(path) }
        var bytes = [UInt8](repeating: 0, count: byteCountMax + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw .system("read", path, errno)
            }
            count += got
        }
        // It has grown since it was looked at.
        guard count <= byteCountMax else { throw tooLarge(path) }
        let isForeign = facts.st_uid != geteuid() && facts.st_uid != 0
        return (Array(bytes.prefix(count)), isForeign)
    }

    // MARK: Names and values

    private static func entries(
        _ path: String,
        _ text: String
    ) throws(Diagnostic) -> [SettingKey: Entry] {
        let root: Node?
        do {
            // Everything is text to this resolver: the usual one costs a millisecond for patterns
            // that tell numbers from dates.
            root = try Yams.Parser(yaml: text, resolver: .basic).singleRoot()
        } catch {
            throw syntax(error, path, text)
        }
        guard let root, root.scalar?.string.isEmpty != true else { return [:] }
        guard let mapping = root.mapping else {
            throw unreadable(
                path,
                "expected lines such as 'wait: 30'",
                line: root.mark?.line ?? 1
            )
        }
        var entries: [SettingKey: Entry] = [:]
        for (name, value) in mapping {
            let line = name.mark?.line ?? 1
            guard let text = name.scalar?.string else {
                throw unreadable(path, "a name is no text", line: line)
            }
            if text == SettingKey.reserved {
                if Self.isEmpty(value) { continue }
                throw unreadable(path, "the server section is reserved and empty", line: line)
            }
            guard let key = SettingKey(rawValue: text) else {
                throw SettingKey.unknown(text, file: path, line: line)
            }
            guard let scalar = value.scalar else {
                throw refusal(of: "a list or section", for: key, path, line)
            }
            let value = Self.text(of: scalar)
            guard key.kind.takes(value) else {
                throw refusal(of: "'\(value)'", for: key, path, line)
            }
            entries[key] = Entry(text: key.kind.canonical(value), line: line)
        }
        return entries
    }

    private static func isEmpty(_ value: Node) -> Bool {
        switch value {
        case .scalar(let scalar): text(of: scalar).isEmpty
        case .mapping(let mapping): mapping.isEmpty
        case .sequence(let sequence): sequence.isEmpty
        case .alias: false
        }
    }

    /// A scalar's text; none for YAML's words for nothing.
    private static func text(of scalar: Node.Scalar) -> String {
        let isNothing = ["~", "null", "Null", "NULL"].contains(scalar.string)
        return scalar.style == .plain && isNothing ? "" : scalar.string
    }

    private static func syntax(_ error: any Error, _ path: String, _ text: String) -> Diagnostic {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // What is missing at the end is missed on the line behind it.
        let lineCount = max(1, lines.last?.isEmpty == true ? lines.count - 1 : lines.count)
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return unreadable(path, "this is no YAML: \(problem)", line: min(mark.line, lineCount))
        case .composer(_, let problem, let mark, _):
            let isSecond = problem.contains("document")
            let reason = isSecond ? "it has several documents" : "this is no YAML: \(problem)"
            return unreadable(path, reason, line: min(mark.line, lineCount))
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            let places = lines.indices.filter { lines[$0].hasPrefix(name + ":") }
            let line = places.count > 1 ? places[1] + 1 : context.mark.line
            return unreadable(path, "'\(name)' is set twice", line: line)
        default: return unreadable(path, "it is no YAML: \(error)")
        }
    }

    private static func refusal(
        of what: String,
        for key: SettingKey,
        _ path: String,
        _ line: Int
    ) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: "invalid_setting",
            message: "\(path):\(line): \(key.rawValue) is \(what), expected \(key.kind.expected)",
            file: path,
            line: line,
            field: key.rawValue,
            expected: .text(key.kind.expected),
            got: .text(what),
            hint: SettingKey.manual
        )
    }

    private static func tooLarge(_ path: String) -> Diagnostic {
        unreadable(path, "it has more than \(byteCountMax) bytes")
    }

    private static func unreadable(
        _ path: String,
        _ reason: String,
        line: Int? = nil
    ) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: "invalid_settings_file",
            message: path + (line.map { ":\($0)" } ?? "") + ": " + reason,
            file: path,
            line: line
        )
    }
}
