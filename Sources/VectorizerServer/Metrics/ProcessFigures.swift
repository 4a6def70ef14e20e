import Glibc
import VectorStore

/// What the system tells of this process.
struct ProcessFigures {
    var residentByteCount = 0.0
    var virtualByteCount = 0.0
    var threadCount = 0.0
    var openDescriptorCount = 0.0
    var maxDescriptorCount = 0.0
    var cpuSeconds = 0.0

    /// Asks the system; what it does not tell stays 0.
    init() {
        let pageByteCount = Double(sysconf(Int32(_SC_PAGESIZE)))
        let pages = Self.words("/proc/self/statm").compactMap { Double($0) }
        if pages.count > 1 {
            virtualByteCount = pages[0] * pageByteCount
            residentByteCount = pages[1] * pageByteCount
        }
        let facts = Self.words("/proc/self/stat")
        // The name before them may hold blanks, and ends in a parenthesis.
        if let end = facts.lastIndex(where: { $0.hasSuffix(")") }), facts.count > end + 18 {
            threadCount = Double(facts[end + 18]) ?? 0
        }
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            cpuSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            maxDescriptorCount = Double(limit.rlim_cur)
        }
        openDescriptorCount = Double(Self.entryCount("/proc/self/fd"))
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    private static func words(_ path: String) -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return [] }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static func entryCount(_ path: String) -> Int {
        guard let directory = opendir(path) else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Neither `.` and `..`, nor the descriptor that is read here.
        return max(0, count - 3)
    }
}
