/// Whether rows are indexed after they are written.
package enum CompactionMode: String, CaseIterable, Sendable {
    case auto, manual
}
