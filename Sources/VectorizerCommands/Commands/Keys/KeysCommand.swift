package import ArgumentParser

/// `keys`: API keys.
package struct KeysCommand: ParsableCommand {
    package static let configuration = CommandConfiguration.group(
        "keys",
        "Hand out and take back API keys",
        discussion: """
            Keys are for the server: whoever can read the data directory needs none. A key permits \
            what its scopes name and nothing else, and its text is shown once. See man 7 \
            vectorizer-keys for the way from a new key to changing it under load.
            """,
        subcommands: [
            KeysCreateCommand.self, KeysListCommand.self, KeysShowCommand.self,
            KeysRotateCommand.self, KeysRevokeCommand.self, KeysTestCommand.self,
        ]
    )

    package init() {}
}
