import Glibc
import VectorStore

/// A run of a benchmark as `--save` writes it and `--compare` reads it.
struct BenchmarkRecord {
    /// The machine and the program that measured.
    struct Host {
        var cpu: String
        var coreCount: Int
        var kernels: String
        var version: String
        var date: String
    }

    /// What must be the same for two runs to be compared.
    struct Parameters {
        let members: OutputColumns

        init(_ plan: BenchmarkPlan, source: String, rowCount: Int, queryCount: Int) {
            let configuration = plan.configuration
            members = [
                ("source", .text(source)), ("rows", .integer(rowCount)),
                ("queries", .integer(queryCount)),
                ("dim", .integer(configuration.dimension)),
                ("metric", .text(configuration.metric.rawValue)),
                ("quantization", .text(configuration.quantization.rawValue)),
                ("m", .integer(configuration.linkCount)),
                ("ef_construction", .integer(configuration.efConstruction)),
                ("k", .integer(plan.neighbourCount)),
                ("ef", .text(plan.efs.sorted().map(String.init).joined(separator: ","))),
                ("threads", .integer(plan.threadCount)),
                ("filter_share", plan.filterShare.map { .double($0) } ?? .null),
            ]
        }
    }

    var host: Host
    var parameters: Parameters
    var build: IndexBenchmark.Build
    var searches: [SearchMeasurement]

    /// A value as it stands in a file.
    static func text(of value: OutputValue) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONText.append(value, to: &bytes, forTerminal: false)
        return bytes
    }

    /// Something that is worse than it was.
    struct Regression {
        let isBuild: Bool
        let text: String
    }

    /// The loss of recall that is no regression.
    static let recallTolerance = 0.005

    /// What is worse than in an earlier run, by more than a part of what it was.
    func regressions(from earlier: SavedBenchmark, _ tolerance: Double) -> [Regression] {
        var found: [Regression] = []
        func add(
            _ name: String,
            _ unit: String,
            from old: Double,
            to new: Double,
            _ isBuild: Bool
        ) {
            let percent = ((new / old - 1) * 1000).rounded() / 10
            let sign = percent < 0 ? "" : "+"
            found.append(
                Regression(
                    isBuild: isBuild,
                    text: "\(name): \(Self.short(new)) \(unit), \(Self.short(old)) before "
                        + "(\(sign)\(percent)%)"
                )
            )
        }
        let (cost, oldCost) = (build.processorSeconds, earlier.buildProcessorSeconds)
        if cost > oldCost * (1 + tolerance) {
            add("build", "processor seconds", from: oldCost, to: cost, true)
        }
        for search in searches {
            guard let old = earlier.search(ef: search.ef) else { continue }
            let (rate, oldRate) = (search.queriesPerProcessorSecond, old.queriesPerProcessorSecond)
            if rate < oldRate * (1 - tolerance) {
                let unit = "queries per processor second"
                add("search at ef \(search.ef)", unit, from: oldRate, to: rate, false)
            }
            if search.recall < old.recall - Self.recallTolerance {
                let name = "search at ef \(search.ef)"
                add(name, "recall", from: old.recall, to: search.recall, false)
            }
        }
        return found
    }

    private static func short(_ number: Double) -> String {
        number >= 1000 ? "\(Int(number.rounded()))" : "\((number * 1000).rounded() / 1000)"
    }
}

extension BenchmarkRecord.Host {
    /// This machine, now.
    static var here: Self {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return Self(
            cpu: processorName ?? "unknown",
            coreCount: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            kernels: DistanceKernels.best.name,
            version: ProgramVersion.text,
            date: String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        )
    }

    /// The processor's name, as Linux tells it.
    private static var processorName: String? {
        do {
            let source = try ByteSource(path: "/proc/cpuinfo")
            while let line = try source.nextLine() {
                let text = String(decoding: source.buffer[line], as: UTF8.self)
                guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else {
                    continue
                }
                return text[colon...].dropFirst().drop { $0 == " " }.description
            }
        } catch {
            // Another system: the name is for people who compare files, nothing depends on it.
            return nil
        }
        return nil
    }
}
