import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Repository layout")
struct RepositoryLayoutTests {
    @Test("Names and members of a repository are what they were in the first version")
    func golden() throws {
        let test = try TestStore(dimension: 2)
        try test.store.put(samplePoints(0..<2, dimension: 2))
        let repository = try TestRepository()
        try repository.backUp(test.store, tag: "nightly")
        let open = try repository.open()
        _ = try open.prove(open.snapshot(.latest).manifest, tool: "test", options: .quick)
        var text = ""
        for name in try FileManager.default.subpathsOfDirectory(atPath: repository.path).sorted() {
            text += mask(name) + "\n"
        }
        // How often and in which order chunks come is a matter of their hashes.
        let lines = text.split(separator: "\n").map(String.init)
        text = Array(Set(lines)).sorted().joined(separator: "\n") + "\n"
        for name in try repository.files() where name.hasSuffix(".json") {
            let content = try String(contentsOfFile: repository.path + "/" + name, encoding: .utf8)
            text += "--- \(mask(name))\n" + mask(content)
        }
        try expectGolden(text, "repository.txt")
    }

    /// Takes out what differs from run to run.
    private func mask(_ text: String) -> String {
        var text = text
        for (pattern, mask) in [
            (#"[0-9a-f]{64}"#, "<sha256>"), (#"[0-9a-f]{32}"#, "<uuid>"),
            (#"\d{12}-\d{8}T\d{6}Z-[0-9a-f]{16}"#, "<snapshot>"), (#"[0-9a-f]{16}"#, "<id>"),
            (#"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"#, "<time>"), (#"chunks/[0-9a-f]{2}"#, "chunks/xx"),
            (#""(data_directory|host)" : "[^"]*""#, #""$1" : "…""#),
            (#""(size)" : \d+"#, #""$1" : 0"#),
            (#"(_sizes" : )\[[^\]]*\]"#, "$1[…]"), (#"("chunks" : )\[[^\]]*\]"#, "$1[…]"),
        ] {
            text = text.replacingOccurrences(of: pattern, with: mask, options: .regularExpression)
        }
        return text
    }
}
