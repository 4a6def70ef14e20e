import Testing
import VectorizerCommands

extension CommandBench {
    /// Makes a key that may read the collection `docs`, and returns its text and id.
    func makeKey(_ more: String...) throws -> (text: String, id: String) {
        let tokens = ["keys", "create", "--name", "web", "--scope", "docs:read"] + more
        let outcome = try run(tokens)
        #expect(outcome.code == 0, "\(outcome.error)")
        let text = String(outcome.output.dropLast())
        return (text, String(text.dropFirst(3).prefix(16)))
    }
}
