import Glibc
import VectorizerCommands

/// The program: hands the process's arguments to the commands and ends with their exit code.
@main
enum Main {
    static func main() {
        let pipeSignalWasIgnored = Process.prepare()
        let line = Process.commandLine()
        let world = CommandWorld(
            environment: Process.environment,
            pipeSignalWasIgnored: pipeSignalWasIgnored,
            // A program that was called by its path is not on the PATH.
            program: line.program.contains("/") ? line.program : "vectorizer"
        )
        let code = CommandRunner.run(
            VectorizerRoot.self,
            line.tokens,
            in: world,
            fault: line.fault,
            perform: ServeLauncher.perform
        )
        exit(code)
    }
}
