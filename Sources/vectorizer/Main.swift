import Glibc
import VectorizerCommands
import VectorizerShell

/// The program: hands the process's arguments to the commands and ends with their exit code.
@main
enum Main {
    static func main() {
        let pipeSignalWasIgnored = Process.prepare()
        let line = Process.commandLine()
        let code = CommandRunner.run(
            VectorizerRoot.self,
            line.tokens,
            fault: line.fault,
            environment: Process.environment,
            writer: CheckedWriter(),
            standardError: StandardError(),
            pipeSignalWasIgnored: pipeSignalWasIgnored,
            // A program that was called by its path is not on the PATH.
            program: line.program.contains("/") ? line.program : "vectorizer",
            perform: ShellLauncher.perform
        )
        exit(code)
    }
}
