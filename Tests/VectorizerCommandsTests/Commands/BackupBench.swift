import Foundation
import Glibc
import Testing

/// What tests of backups share: a repository beside the store, and looks into it.
extension CommandBench {
    /// The repository that these tests use unless they name another.
    var repository: String { path + "/repo" }

    /// Makes the store of four points.
    static func withDocs() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs()
        return bench
    }

    /// Adds a snapshot in a process of its own, and returns its id.
    @discardableResult
    func backUp(
        _ options: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let run = try ProgramRun(
            ["-q", "backup", repository, "-o", "ids"] + options,
            environment: environment
        )
        let outcome = try run.wait()
        #expect(outcome.code == 0, "\(outcome.error)", sourceLocation: sourceLocation)
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    /// The ids of all snapshots, as a new process lists them.
    func snapshots(in repository: String? = nil) throws -> [String] {
        let outcome = try program("list-backups", repository ?? self.repository, "-o", "ids")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    /// Changes two of the four points and removes one.
    func changeDocs() throws {
        try succeed("set-payload", "docs", "a", "--set", #"{"size":11}"#)
        let lines = #"{"id":"b","vector":[0.5,1],"lang":"de","size":20,"author":{"name":"Bo"}}"#
        try succeed("insert", "docs", file("changed.jsonl", lines + "\n"))
        try succeed("delete", "docs", "d")
    }

    /// Files below a directory, by their names below it.
    func files(below directory: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
            let place = directory + "/" + name
            var facts = stat()
            try #require(lstat(place, &facts) == 0)
            guard facts.st_mode & S_IFMT == S_IFREG else { continue }
            files[name] = Array(try Data(contentsOf: URL(filePath: place)))
        }
        return files
    }

    /// The modes of everything below a directory, and of itself.
    func modes(below directory: String) throws -> (directories: Set<mode_t>, files: Set<mode_t>) {
        var modes: (directories: Set<mode_t>, files: Set<mode_t>) = ([], [])
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory) + ["."] {
            var facts = stat()
            try #require(lstat(directory + "/" + name, &facts) == 0)
            if facts.st_mode & S_IFMT == S_IFDIR {
                modes.directories.insert(facts.st_mode & 0o7777)
            } else {
                modes.files.insert(facts.st_mode & 0o7777)
            }
        }
        return modes
    }

    /// The path of one file below a directory of the repository, the first by name.
    func repositoryFile(_ directory: String, with part: String = "") throws -> String {
        let names = try FileManager.default.subpathsOfDirectory(
            atPath: repository + "/" + directory
        )
        let name = names.sorted().first { name in
            var isDirectory: ObjCBool = false
            let place = repository + "/" + directory + "/" + name
            return FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory)
                && !isDirectory.boolValue && (part.isEmpty || name.contains(part))
        }
        return repository + "/" + directory + "/" + (try #require(name))
    }

    /// Flips one bit in the middle of a file.
    func flip(_ file: String) throws {
        var bytes = Array(try Data(contentsOf: URL(filePath: file)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(filePath: file))
    }

    /// Runs a script, which must succeed.
    func shell(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let run = try ProgramRun(
            ["-euc", script],
            program: "/bin/bash",
            environment: environment.merging(["PATH": "/usr/bin:/bin", "REPO": repository]) { $1 }
        )
        let outcome = try run.wait()
        #expect(outcome.code == 0, "\(outcome.error)", sourceLocation: sourceLocation)
    }

    /// Gives the only snapshot, and its proof, another time, with checksums that are right.
    func redate(to time: String) throws {
        let script = """
            seal() { # replaces the checksum that a document ends with
                head -n -2 "$1" >"$1.new"
                printf '  "sha256" : "%s"\\n}\\n' \\
                    "$(head -n -2 "$1" | sha256sum | cut -d' ' -f1)" >>"$1.new"
                mv "$1.new" "$1"
            }
            cd "$REPO/snapshots"
            old=$(ls | grep -v proof)
            old=${old%.json}
            IFS=- read -r sequence made id <<<"$old"
            name=$sequence-$(tr -d ':-' <<<'\(time)')-$id
            sed -i 's/"created" : ".*"/"created" : "\(time)"/' "$old.json"
            seal "$old.json"
            mv "$old.json" "$name.json"
            [ ! -e "$old.proof.json" ] || {
                hash=$(sha256sum <"$name.json" | cut -d' ' -f1)
                sed -i -e "s/$old/$name/" \\
                    -e 's/"snapshot_sha256" : ".*"/"snapshot_sha256" : "'$hash'"/' \\
                    "$old.proof.json"
                seal "$old.proof.json"
                mv "$old.proof.json" "$name.proof.json"
            }
            """
        try shell(script)
    }
}

extension ProgramRun.Outcome {
    /// Standard output as JSON lines.
    var rows: [[String: Any]] {
        get throws {
            try output.split(separator: "\n").map { line in
                try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                )
            }
        }
    }
}
