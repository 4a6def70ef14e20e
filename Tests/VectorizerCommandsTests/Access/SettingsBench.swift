import Glibc
import Testing

/// Stores with a settings file.
extension CommandBench {
    /// A store with the collection docs, and with a settings file if its text is given.
    static func withSettings(_ file: String? = nil) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs()
        if let file { try bench.writeSettings(file) }
        return bench
    }

    /// Writes the settings file by hand, as its owner's editor would.
    func writeSettings(_ text: String) throws {
        _ = try file("store/config.yaml", text)
        try #require(chmod(store + "/config.yaml", 0o600) == 0)
    }
}
