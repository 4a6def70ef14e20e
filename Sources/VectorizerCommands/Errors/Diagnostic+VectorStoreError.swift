import Glibc
package import VectorStore

extension Diagnostic {
    /// Explains an error of the engine, each subject in its own file.
    ///
    /// What is not found is told with the data directory that was looked in.
    package init(_ error: VectorStoreError, lookedIn directory: String? = nil) {
        self =
            switch error {
            case .store(let error): error.diagnostic(lookedIn: directory)
            case .collection(let error): error.diagnostic(lookedIn: directory)
            case .point(let error): error.diagnostic(lookedIn: directory)
            case .key(let error): error.diagnostic
            case .file(let error): error.diagnostic
            case .backup(let error): error.diagnostic
            case .cancelled: .interrupted(Cancellation.signal)
            }
    }

    static func interrupted(_ signal: Int32) -> Diagnostic {
        let name = signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : "SIGHUP"
        return Diagnostic(
            code: 128 + signal,
            kind: "interrupted",
            message: "interrupted by \(name)"
        )
    }

    /// Where something was looked for.
    static func place(_ directory: String?) -> String {
        directory.map { " in \($0)" } ?? ""
    }
}
