import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

@Suite(.timeLimit(.minutes(10))) struct CollectionCommandTests {
    private func mode(_ path: String) throws -> mode_t {
        var facts = stat()
        try #require(stat(path, &facts) == 0)
        return facts.st_mode & 0o7777
    }

    @Test("init makes a store for its owner only, whatever the umask")
    func initModes() throws {
        let bench = try CommandBench()
        let script = "umask 000; exec \"$0\" init"
        let run = try ProgramRun(
            ["-c", script, try ProgramRun.program],
            program: "/bin/sh",
            environment: bench.environment
        )
        #expect(try run.wait().code == 0)
        #expect(try mode(bench.store) == 0o700)
        for name in try FileManager.default.subpathsOfDirectory(atPath: bench.store) {
            let found = try mode(bench.store + "/" + name)
            #expect(found == 0o600 || found == 0o700, "\(name)")
        }
    }

    @Test("init refuses a second time, and agrees with --if-missing")
    func initTwice() throws {
        let bench = try CommandBench()
        try bench.succeed("init")
        let before = try bench.storeBytes()
        #expect(try bench.run("init").code == 73)
        #expect(try bench.run("init", "--if-missing").code == 0)
        #expect(try bench.run("init", "-n").code == 73)
        #expect(try bench.storeBytes() == before)
    }

    @Test("init refuses a directory with other files in it")
    func initOverFiles() throws {
        let bench = try CommandBench()
        _ = try bench.file("other.txt", "mine")
        let outcome = try bench.run("-D", bench.path, "init", "-o", "json")
        #expect(outcome.code == 73)
        #expect(try outcome.fault["kind"] as? String == "data_directory_not_empty")
        #expect(try bench.fileNames() == ["other.txt"])
    }

    @Test("A dry run of init makes nothing")
    func initDryRun() throws {
        let bench = try CommandBench()
        let outcome = try bench.run("init", "--dry-run")
        #expect(outcome.code == 0)
        #expect(outcome.error == "vectorizer: note: would create a store in \(bench.store)\n")
        #expect(!FileManager.default.fileExists(atPath: bench.store))
    }

    @Test("A collection gets the dimension and metric it was asked for", arguments: Metric.allCases)
    func create(metric: Metric) throws {
        let bench = try CommandBench()
        try bench.succeed("init")
        try bench.succeed("create-collection", "docs", "--dim", "7", "--metric", metric.rawValue)
        let info = try Store(path: bench.store).collection(try CollectionName("docs"))
        #expect(info.configuration.dimension == 7)
        #expect(info.configuration.metric == metric)
    }

    @Test("The metric is cosine unless another is asked for")
    func usualMetric() throws {
        let bench = try CommandBench()
        try bench.succeed("init")
        try bench.succeed("create-collection", "docs", "--dim", "7")
        let row = try #require(try bench.run("info", "docs", "-o", "jsonl").rows.first)
        #expect(row["metric"] as? String == "cosine")
        #expect(row["quantization"] as? String == "int8")
    }

    @Test("A second collection of a name is refused; --if-missing accepts the same shape only")
    func createTwice() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let before = try bench.storeBytes()
        #expect(try bench.run("create-collection", "docs", "--dim", "2").code == 73)
        #expect(try bench.run("create-collection", "docs", "--dim", "2", "--if-missing").code == 0)
        #expect(try bench.run("create-collection", "docs", "--dim", "3", "--if-missing").code == 73)
        #expect(
            try bench.run("create-collection", "docs", "--dim", "2", "--if-missing", "-n").error
                == "vectorizer: note: collection 'docs' exists\n"
        )
        #expect(try bench.storeBytes() == before)
    }

    @Test(
        "Names that are none, and dimensions that are none, are refused before anything is opened",
        arguments: [
            ["create-collection", "-x", "--dim", "2"], ["create-collection", "a b", "--dim", "2"],
            ["create-collection", "", "--dim", "2"], ["create-collection", "../x", "--dim", "2"],
            ["create-collection", "docs", "--dim", "0"],
            ["create-collection", "docs", "--dim", "4097"],
            ["create-collection", "docs", "--dim", "two"], ["create-collection", "docs"],
            ["create-collection", "docs", "--dim", "2", "--metric", "far"],
            ["rename-collection", "docs", "a/b"], ["rename-collection", "docs"],
        ]
    )
    func badNames(tokens: [String]) throws {
        #expect(try CommandBench().run(tokens).code == 64)
    }

    @Test("Collections are listed by name")
    func list() throws {
        let bench = try CommandBench()
        try bench.succeed("init")
        for name in ["b", "a.b", "a", "B"] {
            try bench.succeed("create-collection", name, "--dim", "2")
        }
        #expect(try bench.run("list-collections", "-o", "ids").lines == ["B", "a", "a.b", "b"])
    }

    @Test("A renamed collection keeps its points and the old name is free")
    func rename() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        try bench.succeed("rename-collection", "docs", "texts", "--dry-run")
        #expect(try bench.run("list-collections", "-o", "ids").lines == ["docs"])
        try bench.succeed("rename-collection", "docs", "texts")
        #expect(try bench.run("list-collections", "-o", "ids").lines == ["texts"])
        #expect(try bench.run("count", "texts", "-o", "table").output == "4\n")
        #expect(try bench.run("count", "docs").code == 66)
        try bench.succeed("create-collection", "docs", "--dim", "2")
        #expect(try bench.run("rename-collection", "docs", "texts").code == 73)
        #expect(try bench.run("rename-collection", "nothing", "other").code == 66)
    }

    @Test("drop-collection wants --yes where nobody can be asked, and then drops")
    func drop() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let before = try bench.storeBytes()
        let refused = try bench.run("drop-collection", "docs")
        #expect(refused.code == 64)
        #expect(refused.error.hasSuffix("\nhint: vectorizer drop-collection docs --yes\n"))
        let dry = try bench.run("drop-collection", "docs", "-n")
        #expect(dry.error == "vectorizer: note: would drop collection 'docs' with 4 points\n")
        #expect(try bench.storeBytes() == before)
        try bench.succeed("drop-collection", "docs", "-y")
        #expect(try bench.run("info", "docs").code == 66)
        #expect(try bench.run("drop-collection", "docs", "-y").code == 66)
        #expect(try bench.run("verify", "--full").code == 0)
    }

    @Test("info shows indexes, and bytes that can be had back")
    func info() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        try bench.succeed("create-index", "docs", "lang")
        try bench.succeed("delete", "docs", "a")
        let row = try #require(try bench.run("info", "docs", "-o", "json").rows.first)
        #expect(row["points"] as? Int == 3)
        #expect(row["indexes"] as? [String] == ["lang"])
        #expect(try #require(row["reclaimable_bytes"] as? Int) > 0)
    }
}
