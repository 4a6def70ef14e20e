import Glibc
import VectorStore
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
    /// - Throws: ``SettingsError`` for what can't be read, trusted or understood.
    package static func read(in dataDirectory: String) throws(SettingsError) -> SettingsFile? {
        let path = path(in: dataDirectory)
        guard let (bytes, isForeign) = try bytes(of: path, in: dataDirectory) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw invalid(path, .isNotText)
        }
        return try SettingsFile(path: path, text: text, isForeign: isForeign)
    }

    /// Takes the text of a file apart.
    package init(path: String, text: String, isForeign: Bool = false) throws(SettingsError) {
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
    ) throws(SettingsError) -> (bytes: [UInt8], isForeign: Bool)? {
        // Not blocking: a pipe in its place must not stop the program.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return nil
            case ELOOP: throw invalid(path, .isSymbolicLink)
            case ENXIO: throw invalid(path, .isNoRegularFile)
            default: throw failure("open", path, directory)
            }
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure("fstat", path, directory) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            let isDirectory = facts.st_mode & S_IFMT == S_IFDIR
            throw invalid(path, isDirectory ? .isDirectory : .isNoRegularFile)
        }
        guard facts.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw .inaccessible(.store(.writableByOthers(path: path)), dataDirectory: directory)
        }
        var above = stat()
        guard stat(directory, &above) == 0 else { throw failure("stat", directory, directory) }
        // What others could exchange is not obeyed, not even before the store is refused.
        guard above.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw .inaccessible(
                .store(.writableByOthers(path: directory)),
                dataDirectory: directory
            )
        }
        guard facts.st_uid == above.st_uid || facts.st_uid == 0 else {
            throw .inaccessible(.store(.foreignOwner(path: path)), dataDirectory: directory)
        }
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
                throw failure("read", path, directory)
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
    ) throws(SettingsError) -> [SettingKey: Entry] {
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
            throw invalid(path, .isNoMapping, line: root.mark?.line ?? 1)
        }
        var entries: [SettingKey: Entry] = [:]
        for (name, value) in mapping {
            let line = name.mark?.line ?? 1
            guard let text = name.scalar?.string else {
                throw invalid(path, .nameIsNoText, line: line)
            }
            if text == SettingKey.section {
                try addSection(value, of: path, at: line, to: &entries)
            } else {
                try add(text, value, .init(path: path, line: line), to: &entries)
            }
        }
        return entries
    }

    /// Takes a section apart, which may be empty in any form.
    private static func addSection(
        _ section: Node,
        of path: String,
        at line: Int,
        to entries: inout [SettingKey: Entry]
    ) throws(SettingsError) {
        if isEmpty(section) { return }
        guard let mapping = section.mapping else {
            throw invalid(path, .isNoMapping, line: section.mark?.line ?? line)
        }
        for (name, value) in mapping {
            let line = name.mark?.line ?? line
            guard let text = name.scalar?.string else {
                throw invalid(path, .nameIsNoText, line: line)
            }
            let place = SettingsError.FilePlace(path: path, line: line)
            try add(SettingKey.section + "." + text, value, place, to: &entries)
        }
    }

    private static func add(
        _ name: String,
        _ value: Node,
        _ place: SettingsError.FilePlace,
        to entries: inout [SettingKey: Entry]
    ) throws(SettingsError) {
        guard let key = SettingKey(rawValue: name) else { throw .unknownName(name, at: place) }
        guard let scalar = value.scalar else {
            throw .invalidValue(key, value: nil, at: place)
        }
        let text = text(of: scalar)
        guard key.kind.takes(text) else { throw .invalidValue(key, value: text, at: place) }
        // In its section and outside of it.
        guard entries[key] == nil else {
            throw invalid(place.path, .nameIsTwice(name), line: place.line)
        }
        entries[key] = Entry(text: key.kind.canonical(text), line: place.line)
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

    private static func syntax(
        _ error: any Error,
        _ path: String,
        _ text: String
    ) -> SettingsError {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // What is missing at the end is missed on the line behind it.
        let lineCount = max(1, lines.last?.isEmpty == true ? lines.count - 1 : lines.count)
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return invalid(path, .isNotYAML(problem), line: min(mark.line, lineCount))
        case .composer(_, let problem, let mark, _):
            let isSecond = problem.contains("document")
            let reason = isSecond ? SettingsFileProblem.hasSeveralDocuments : .isNotYAML(problem)
            return invalid(path, reason, line: min(mark.line, lineCount))
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            let places = lines.indices.filter { lines[$0].hasPrefix(name + ":") }
            let line = places.count > 1 ? places[1] + 1 : context.mark.line
            return invalid(path, .nameIsTwice(name), line: line)
        default: return invalid(path, .isUnreadable("\(error)"))
        }
    }

    private static func tooLarge(_ path: String) -> SettingsError {
        invalid(path, .isTooLarge(byteCountMax: byteCountMax))
    }

    private static func invalid(
        _ path: String,
        _ problem: SettingsFileProblem,
        line: Int? = nil
    ) -> SettingsError {
        .invalidFile(path: path, line: line, problem: problem)
    }

    /// What the system has just refused to do.
    private static func failure(
        _ operation: String,
        _ path: String,
        _ directory: String
    ) -> SettingsError {
        let error = VectorStoreError.system(operation, path, errno)
        return .inaccessible(error, dataDirectory: directory)
    }
}
