import Glibc
import Synchronization

/// Threads for one piece of work.
enum Workers {
    /// Cores that are there to work on.
    static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Runs a body once in each of several threads, this one among them, and waits for all.
    ///
    /// - Parameters:
    ///   - count: threads; where no more can be started, there are fewer.
    ///   - body: takes the work that it finds undone.
    static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        let threads = (1..<max(1, min(count, Limits.threadCount))).compactMap { _ in start(body) }
        body()
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Hands out the numbers below `count`, each once, to several threads.
    static func forEach(
        below count: Int,
        threadCount: Int,
        _ body: @escaping @Sendable (_ next: () -> Int?) -> Void
    ) {
        let place = Place()
        run(min(threadCount, count)) {
            body {
                let number = place.next.wrappingAdd(1, ordering: .relaxed).oldValue
                return number < count ? number : nil
            }
        }
    }

    private final class Place: Sendable {
        let next = Atomic(0)
    }

    private final class Task: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let task = unsafe Unmanaged.passRetained(Task(body))
        let code = unsafe pthread_create(
            &thread,
            nil,
            { box in
                guard let box = unsafe box else { return nil }
                unsafe Unmanaged<Task>.fromOpaque(box).takeRetainedValue().body()
                return nil
            },
            task.toOpaque()
        )
        guard code == 0 else {
            unsafe task.release()
            return nil
        }
        return thread
    }
}
