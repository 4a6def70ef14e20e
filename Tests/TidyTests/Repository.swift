import Foundation
import TestSupport

/// The files of this package as they lie on disk, without what builds leave behind.
struct Repository {
    let root: String

    /// The package that this file belongs to.
    static func here() -> Repository { Repository(root: PackageFolder.root.path()) }

    /// The names in the top folder, sorted.
    func topLevelNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root).sorted()
    }

    /// All files that belong to the project, with paths relative to the root, sorted.
    func paths() throws -> [String] {
        try topLevelNames().filter { !Self.isLeftover($0) }.flatMap { try paths(below: $0) }
    }

    /// The files with one of these endings.
    func sources(endingIn endings: String..., below folder: String = "") throws -> [SourceFile] {
        try paths().filter { path in
            path.hasPrefix(folder) && endings.contains { path.hasSuffix("." + $0) }
        }.map(read)
    }

    /// All files that hold UTF-8 text.
    func texts() throws -> [SourceFile] {
        try paths().compactMap { path in
            let data = try Data(contentsOf: URL(filePath: root).appending(path: path))
            return String(validating: data, as: UTF8.self).map { SourceFile(path, $0) }
        }
    }

    /// Reads one file.
    func read(_ path: String) throws -> SourceFile {
        let url = URL(filePath: root).appending(path: path)
        return SourceFile(path, String(decoding: try Data(contentsOf: url), as: UTF8.self))
    }

    private func paths(below path: String) throws -> [String] {
        let full = URL(filePath: root).appending(path: path).path()
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else {
            return []
        }
        guard isFolder.boolValue else { return [path] }
        let names = try FileManager.default.contentsOfDirectory(atPath: full)
        return try names.sorted().flatMap { try paths(below: path + "/" + $0) }
    }

    private static func isLeftover(_ name: String) -> Bool {
        name.hasPrefix(".build") || [".git", ".swiftpm", "Package.resolved"].contains(name)
    }
}

/// One file's text and where it lies.
struct SourceFile {
    /// Relative to the root.
    let path: String
    let text: String

    init(_ path: String, _ text: String) {
        self.path = path
        self.text = text
    }

    /// The lines without their line feeds; none follows the last line feed.
    var lines: [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// What stands between the slashes of the path.
    var components: [Substring] { path.split(separator: "/") }

    /// The target that a file below `Sources` or `Tests` belongs to.
    var target: String? { components.count > 2 ? String(components[1]) : nil }

    var isSwift: Bool { path.hasSuffix(".swift") }
}
