import VectorizerCommands
import VectorizerServer

extension Diagnostic {
    /// What the user is told of a server that does not start.
    init(_ error: ServerStartError) {
        switch error {
        case .addressInUse(let address):
            self.init(
                code: 69,
                kind: "address_in_use",
                message: "another process listens on \(address) already",
                hint: "vectorizer serve --listen 127.0.0.1:0"
            )
        case .addressNotAvailable(let address):
            self.init(
                code: 69,
                kind: "address_not_available",
                message: "this machine has no address \(address)"
            )
        case .notPermitted(let address):
            self.init(
                code: 77,
                kind: "permission",
                message: "this user may not listen on \(address)"
            )
        case .needsTLS(let address):
            self.init(
                code: 78,
                kind: "needs_tls",
                message: "others can reach \(address), and nothing would encrypt what they send; "
                    + "give a certificate, or --behind-proxy where a proxy has one",
                hint: "vectorizer serve --listen \(address) --tls-cert FILE --tls-key FILE"
            )
        case .needsKeys(let address):
            self.init(
                code: 78,
                kind: "needs_keys",
                message: "others can reach \(address), and the store has no API keys",
                hint: "vectorizer keys create --name web --scope '*:read'"
            )
        case .badCertificate(let file, let reason):
            self.init(
                code: 78,
                kind: "bad_certificate",
                message: "\(file) can't be used: \(reason)",
                file: file
            )
        case .failed(let address, let reason):
            self.init(
                code: 74,
                kind: "io_error",
                message: "can't listen on \(address): \(reason)"
            )
        }
    }
}
