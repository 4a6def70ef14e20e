/// An exit code and what it means, for help and manual pages.
package struct ExitStatus: Sendable, Equatable {
    package let code: Int32
    package let meaning: String

    /// Makes one; the meaning is a phrase without a full stop.
    package init(code: Int32, meaning: String) {
        self.code = code
        self.meaning = meaning
    }

    /// Every exit code of the program.
    package static let all: [ExitStatus] = [
        .init(0, "done; whatever was acknowledged is durable"),
        .init(1, "ran, and the answer is no"),
        .init(64, "usage error"),
        .init(65, "bad input data; the message names file, line and field"),
        .init(66, "not found: data directory, collection, point, snapshot, key or file"),
        .init(69, "a resource limit: descriptors, memory or a documented size limit"),
        .init(70, "a bug in this program"),
        .init(73, "exists already"),
        .init(74, "input or output error, or disk full; nothing was published"),
        .init(75, "busy: locked by another process; try again"),
        .init(76, "corruption found"),
        .init(77, "permission, read-only medium, or key refused"),
        .init(78, "configuration error, or a format newer than this program"),
        .init(130, "interrupted by SIGINT"),
        .init(141, "the reader of the output went away, SIGPIPE"),
        .init(143, "ended by SIGTERM"),
    ]

    private init(_ code: Int32, _ meaning: String) {
        self.init(code: code, meaning: meaning)
    }
}
