import ArgumentParser
import VectorizerSettings

extension CompletionKind {
    /// The names of the collections in the data directory in force.
    static var collection: CompletionKind {
        .shellCommand("vectorizer list-collections -o ids 2>/dev/null")
    }
}

extension CompletionKind {
    /// The ids of the keys in the data directory in force.
    static var key: CompletionKind {
        .shellCommand("vectorizer keys list -o ids 2>/dev/null")
    }

    /// The names of the settings.
    static var setting: CompletionKind { .list(SettingKey.allCases.map(\.rawValue)) }
}
