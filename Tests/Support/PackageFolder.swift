package import Foundation

/// The folders of this package, found from where its tests' sources lie.
package enum PackageFolder {
    /// The top folder.
    package static var root: URL {
        (0..<3).reduce(URL(filePath: #filePath)) { path, _ in path.deletingLastPathComponent() }
    }

    /// The folder with the goldens of the test target that a source file belongs to.
    package static func goldens(for file: String) -> URL {
        let tests = root.appending(path: "Tests")
        let depth = tests.pathComponents.count
        let components = URL(filePath: file).pathComponents
        precondition(components.count > depth + 1, "\(file) is no file of a test target")
        return tests.appending(path: components[depth]).appending(path: "Golden")
    }
}
