import CKernels
import VectorizerCommands

extension Shell {
    /// Scripts within scripts within scripts, at most.
    static let sourceDepthMax = 16

    /// Runs the commands of a file, as `source` does.
    ///
    /// - Returns: the exit code of the script.
    /// - Throws: why the file can't be read.
    func source(_ path: String) throws -> Int32 {
        guard places.count < Self.sourceDepthMax else {
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: "scripts run each other more than \(Self.sourceDepthMax) deep"
            )
        }
        let reader = try ByteSource.$inputIsTaken.withValue(inputIsTaken) {
            try ScriptReader(path: path)
        }
        let wasTaken = inputIsTaken
        defer { inputIsTaken = wasTaken }
        if path == "-" { inputIsTaken = true }
        return runScript(reader, named: path == "-" ? "standard input" : path)
    }

    /// Runs a script to its end, or to the first error.
    ///
    /// - Parameters:
    ///   - reader: hands out its lines.
    ///   - name: what it is called in messages; nil leaves places out.
    /// - Returns: the exit code: of the first error, or with `--keep-going` the highest of all.
    func runScript(_ reader: any LineReader, named name: String?) -> Int32 {
        var script = ScriptRun(home: world.environment["HOME"], keepsGoing: keepsGoing)
        let depth = places.count
        defer { places.removeLast(places.count - depth) }
        while !isLeaving, !script.isOver {
            do {
                switch try reader.readLine(prompt: "") {
                case .line(let line): run(line, of: &script, name)
                case .interrupted: script.end(with: 128 + 2)
                case .ended(let signal): stop(&script, signal)
                case .end:
                    script.isOver = true
                    script.number = max(script.tokenizer.commandNumber, 1)
                    try script.tokenizer.finish()
                }
            } catch let fault as LineError {
                // Where it begins: what is not closed has taken all lines since.
                stand(at: script.number, in: name, depth)
                tell(Diagnostic(fault))
                script.add(Diagnostic(fault).code)
            } catch {
                places.removeLast(places.count - depth)
                let diagnostic = Diagnostic(explaining: error)
                tell(diagnostic)
                script.end(with: diagnostic.code)
            }
        }
        return script.code
    }

    private func run(_ text: [UInt8], of script: inout ScriptRun, _ name: String?) {
        let depth = places.count
        for line in text.split(separator: Tokenizer.Sign.lineEnd, omittingEmptySubsequences: false)
        {
            script.number += 1
            do throws(LineError) {
                for command in try script.tokenizer.take(Array(line), number: script.number) {
                    stand(at: command.number, in: name, depth)
                    script.add(run(command))
                    let signal = vz_signals_pending()
                    if signal != 0 { stop(&script, signal) }
                    // The output is closed, or the disk is full: no later line can do better.
                    if hasLostOutput { script.isOver = true }
                    guard !isLeaving, !script.isOver else { break }
                }
            } catch {
                stand(at: script.number, in: name, depth)
                tell(Diagnostic(error))
                script.add(Diagnostic(error).code)
            }
            places.removeLast(places.count - depth)
            guard !isLeaving, !script.isOver else { return }
        }
    }

    /// Says where in the script what follows stands.
    private func stand(at line: Int, in name: String?, _ depth: Int) {
        places.removeLast(places.count - depth)
        if let name { places.append(ScriptPlace(file: name, line: line)) }
    }

    /// A signal ends a script whatever else holds; one that is sourced at a prompt, too.
    private func stop(_ script: inout ScriptRun, _ signal: Int32) {
        script.end(with: 128 + signal)
    }
}

/// How far a script has come.
private struct ScriptRun {
    var tokenizer: Tokenizer
    let keepsGoing: Bool
    /// The line read last, from 1.
    var number = 0
    /// The exit code so far.
    private(set) var code: Int32 = 0
    var isOver = false

    init(home: String?, keepsGoing: Bool) {
        tokenizer = Tokenizer(home: home)
        self.keepsGoing = keepsGoing
    }

    /// Takes the exit code of a command.
    mutating func add(_ next: Int32) {
        code = max(code, next)
        if next != 0, !keepsGoing { isOver = true }
    }

    mutating func end(with last: Int32) {
        code = last
        isOver = true
    }
}
