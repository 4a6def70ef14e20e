import Synchronization
package import VectorizerSettings

/// The settings that a session runs with, and what becomes of them when the file changes.
///
/// Each line looks at the file again. What can change does, and is said once; what can't stays as
/// it was when the session began. A file that can't be read any more changes nothing.
package final class SettingsKeeper: Sendable {
    private struct Running {
        let dataDirectory: String
        var settings: Settings
        /// Those that the line said that began it: what others say of them is not known yet.
        var unseen: Set<SettingKey>
        var waiting: [SettingKey] = []
        var failure: SettingsError?
    }

    private let running = Mutex<Running?>(nil)
    private let told = Mutex<[String]>([])

    /// Runs with nothing yet.
    package init() {}

    /// The settings for the next line, and remembers what there is to say about them.
    ///
    /// - Parameters:
    ///   - dataDirectory: where the file is.
    ///   - environment: the process's environment.
    ///   - given: what the line says itself.
    /// - Returns: what holds.
    /// - Throws: what is wrong with the file, if nothing held before.
    package func settings(
        in dataDirectory: String,
        _ environment: [String: String],
        given: Set<SettingKey> = []
    ) throws(SettingsError) -> Settings {
        let known = running.withLock { $0 }.flatMap {
            $0.dataDirectory == dataDirectory ? $0 : nil
        }
        let fresh: Settings
        do throws(SettingsError) {
            fresh = try Settings.inForce(in: dataDirectory, environment, given: given)
        } catch {
            guard var known else { throw error }
            if known.failure != error {
                tell("the settings stay as they are: \(error.diagnostic.message)")
                known.failure = error
                running.withLock { $0 = known }
            }
            return known.settings
        }
        guard var known else {
            let first = Running(dataDirectory: dataDirectory, settings: fresh, unseen: given)
            running.withLock { $0 = first }
            return fresh
        }
        // What a line says itself tells nothing of what others say.
        let (settings, changed, waiting) = fresh.applied(
            to: known.settings,
            leaving: given,
            unseen: known.unseen.subtracting(given)
        )
        known.unseen.formIntersection(given)
        if !changed.isEmpty { tell("settings changed: \(Self.names(changed))") }
        if waiting != known.waiting, !waiting.isEmpty {
            tell("settings that change with the next start: \(Self.names(waiting))")
        }
        (known.settings, known.waiting, known.failure) = (settings, waiting, nil)
        running.withLock { $0 = known }
        return settings
    }

    /// What there is to say since it was asked last.
    package func news() -> [String] {
        told.withLock { told in
            defer { told = [] }
            return told
        }
    }

    private func tell(_ text: String) { told.withLock { $0.append(text) } }

    private static func names(_ keys: [SettingKey]) -> String {
        keys.map(\.rawValue).joined(separator: ", ")
    }
}
