package import ArgumentParser

/// `shell`: the REPL.
///
/// It is only described here, so that it stands in the one tree: the library that runs it builds on
/// this one.
package struct ShellCommand: VectorizerCommand {
    package static let name = "shell"
    package static let configuration = CommandConfiguration.command(
        name,
        "Type commands at a prompt, or run a script of them",
        discussion: """
            Takes the same commands as the program itself, without its name, and keeps the data \
            directory open between them. On a terminal it prompts; vectorizer without a command \
            does the same. With -c, -f or without a terminal it runs a script: no prompt, no echo, \
            and it stops at the first error with that error's exit code and the place FILE:LINE. \
            With --keep-going it runs to the end and then ends with the highest exit code. Lines \
            of -c come before those of -f.

            These commands exist in the shell only; help lists them with all others:

              use [COLLECTION]     leave COLLECTION out from now on; --none ends that
              set [NAME [VALUE]]   show or change settings: output, timing, pager, ...
              source FILE          run the commands in a file
              history [N]          show the last lines typed
              refresh              open the data directory anew
              quit, exit           leave (so does Ctrl-D)

            After use, COLLECTION can be left out of every command that must have one. A first \
            argument that is the name of a collection still is that collection, wherever it could \
            be either. compact and verify without an argument still work on all collections, and \
            drop-collection and rename-collection always want a name.

            Words are quoted as in a POSIX shell: 'as it is', "with \\" escapes", \\ before one \
            character; # begins a comment and ~/ the home directory, nothing else is replaced. A \
            word that begins with [ or { goes on to the bracket that closes it, over blanks and \
            line ends, so JSON needs no quotes. An open quote or bracket, or a \\ at the end, \
            goes on in the next line. A ; ends a command, a . or the word vectorizer before it \
            is forgiven, and what follows a | is run by /bin/sh with the rows as its input, which \
            then are written as for any pipe (jsonl, unless -o or set output says otherwise). \
            When the command itself succeeds, its exit code is the line's.

            On a terminal Tab completes commands, options, values, collections, fields, ids and \
            files. Ctrl-C stops the command that runs, or clears the line; the third one ends the \
            program. Rows that do not fit the screen go through $PAGER, or less. Lines are kept in \
            $XDG_STATE_HOME/vectorizer/history (~/.local/state/vectorizer/history), \
            readable by nobody else; those with the command keys, with a key in them, or with a \
            blank in front are not.

            Examples:
              vectorizer shell
              vectorizer shell -c 'use docs' -c 'search --id intro-1' -c count
              vectorizer shell -f nightly.vz --keep-going
              echo 'count docs; stats' | vectorizer shell -o json
            """,
        exitCodes: ExitStatus.all.map(\.code)
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Option(
        name: .customShort("c"),
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Run this line; may be given several times", valueName: "line")
    )
    package var lines: [String] = []

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("Run the lines of this file; - is standard input", valueName: "file"),
        completion: .file()
    )
    package var files: [String] = []

    @Flag(help: "Go on after an error, and end with the highest exit code")
    package var keepGoing = false

    @Flag(name: .customLong("no-pager"), help: "Write rows that don't fit the screen all the same")
    package var skipsPager = false

    @Flag(name: .customLong("no-history"), help: "Neither read nor keep the lines typed")
    package var skipsHistory = false

    package init() {}

    package func validate() throws {
        if files.filter({ $0 == "-" }).count > 1 {
            throw ValidationError("standard input can be read only once")
        }
    }

    /// Reached only from a line of a shell: the program starts the first one itself.
    package func run(in context: CommandContext) throws -> CommandResult {
        throw Diagnostic(
            code: 64,
            kind: "usage",
            message: "this is the shell already; source FILE runs a script"
        )
    }
}
