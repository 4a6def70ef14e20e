package import ArgumentParser

/// `serve`: the store over HTTP.
///
/// It is only described here, so that it stands in the one tree: the library that runs it is not
/// known to this one.
package struct ServeCommand: VectorizerCommand {
    package static let name = "serve"
    package static let configuration = CommandConfiguration.command(
        name,
        "Serve the data directory over HTTP, in Qdrant's REST dialect",
        discussion: """
            Opens the data directory and answers HTTP requests until SIGTERM or SIGINT; requests \
            that are under way then have ten seconds to end, and the exit code is 0. Other \
            commands go on working beside it: what they commit, the server shows in its next \
            answer. SIGHUP reads the settings and the certificate again.

            By default only this machine can reach it, and while the store has no API keys \
            (vectorizer keys create), everyone on this machine may ask everything. An address \
            that other machines can reach needs keys, and TLS or a proxy in front that has it. \
            Keys are shown as api-key: KEY or Authorization: Bearer KEY.

            A request must name a host that the server knows: the address that it listens on, \
            localhost, and those of --allow-host. Pages of other sites get no answers but from \
            the origins of --cors-origin.

            Examples:
              vectorizer serve
              vectorizer serve --listen 0.0.0.0:6333 --tls-cert c.pem --tls-key k.pem
            """,
        exitCodes: [0, 64, 66, 69, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Listen on this address and port (default: 127.0.0.1:6333)",
            valueName: "address:port"
        )
    )
    package var listen: String?

    @Option(
        help: ArgumentHelp("The certificate chain, in PEM form", valueName: "file"),
        completion: .file()
    )
    package var tlsCert: String?

    @Option(
        help: ArgumentHelp(
            "The certificate's key, in PEM form; nobody else may read the file",
            valueName: "file"
        ),
        completion: .file()
    )
    package var tlsKey: String?

    @Flag(help: "A proxy in front speaks TLS and names the client in X-Forwarded-For")
    package var behindProxy = false

    @Flag(help: "Refuse everything that changes the store")
    package var readOnly = false

    @Option(
        name: .customLong("allow-host"),
        help: ArgumentHelp("Answer requests for this host, too", valueName: "host[:port]")
    )
    package var allowedHosts: [String] = []

    @Option(
        name: .customLong("cors-origin"),
        help: ArgumentHelp("Let pages of this origin ask", valueName: "origin")
    )
    package var corsOrigins: [String] = []

    package init() {}

    package func validate() throws {
        if (tlsCert == nil) != (tlsKey == nil) {
            throw ValidationError("--tls-cert and --tls-key belong together")
        }
    }

    /// Reached only from a line of a shell: the program starts the server itself.
    package func run(in context: CommandContext) throws -> CommandResult {
        throw Diagnostic(
            code: 64,
            kind: "usage",
            message: "a server is started by the program, not by a line of the shell",
            hint: "vectorizer serve"
        )
    }
}
