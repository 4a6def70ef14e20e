import ArgumentParser

extension CompletionKind {
    /// The names of the collections in the data directory in force.
    static var collection: CompletionKind {
        .shellCommand("vectorizer list-collections -o ids 2>/dev/null")
    }
}
