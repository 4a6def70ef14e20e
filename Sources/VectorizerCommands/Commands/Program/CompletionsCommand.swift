package import ArgumentParser

/// A shell for which there are completions.
package enum ShellName: String, CaseIterable, Sendable, ExpressibleByArgument {
    case bash, zsh, fish

    fileprivate var shell: CompletionShell {
        switch self {
        case .bash: .bash
        case .zsh: .zsh
        case .fish: .fish
        }
    }
}

/// `completions`: writes a shell's completion script.
package struct CompletionsCommand: VectorizerCommand {
    package static let name = "completions"
    package static let followsSettings = false
    package static let configuration = CommandConfiguration.command(
        name,
        "Write a completion script for a shell",
        arguments: "<shell>",
        discussion: """
            Examples:
              source <(vectorizer completions bash)
              vectorizer completions zsh > ~/.zfunc/_vectorizer
              vectorizer completions fish > ~/.config/fish/completions/vectorizer.fish
            """,
        exitCodes: [0, 64, 74]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The shell")
    var shell: ShellName

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        .text(VectorizerRoot.completionScript(for: shell.shell))
    }
}
