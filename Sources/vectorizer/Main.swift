import Glibc
import VectorizerCommands
import VectorizerShell

/// The program: hands the process's arguments to the commands and ends with their exit code.
@main
enum Main {
    static func main() {
        let pipeSignalWasIgnored = Process.prepare()
        // A program that was called by its path is not on the PATH.
        let called = CommandLine.arguments.first ?? ""
        let code = CommandRunner.run(
            VectorizerRoot.self,
            Array(CommandLine.arguments.dropFirst()),
            environment: Process.environment,
            writer: CheckedWriter(),
            standardError: StandardError(),
            pipeSignalWasIgnored: pipeSignalWasIgnored,
            program: called.contains("/") ? called : "vectorizer",
            perform: ShellLauncher.perform
        )
        exit(code)
    }
}
