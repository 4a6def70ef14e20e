package import Foundation
package import Testing

/// Texts that are kept beside the tests, and recorded anew on purpose.
package enum Golden {
    /// Whether this run records what it would otherwise compare: `RECORD_SNAPSHOTS=1`.
    package static var isRecorded: Bool {
        ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"
    }
}

/// Compares text with the golden of that name, or records it under `RECORD_SNAPSHOTS=1`.
///
/// A run that records fails.
///
/// - Parameters:
///   - text: what the program made.
///   - name: the golden's file name, in the folder `Golden` of the test's target.
///   - sourceLocation: where a difference is reported.
///   - file: a source file of the target.
/// - Throws: what reading or writing the file throws.
package func expectGolden(
    _ text: String,
    _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    file: String = #filePath
) throws {
    let folder = PackageFolder.goldens(for: file)
    try expectKept(
        text,
        at: folder.appending(path: name),
        named: name,
        sourceLocation: sourceLocation
    )
}

/// Compares text with a file of the repository, or records it under `RECORD_SNAPSHOTS=1`.
///
/// - Parameters:
///   - text: what the program made.
///   - file: the file.
///   - name: the file's name in messages.
///   - sourceLocation: where a difference is reported.
/// - Throws: what reading or writing the file throws.
package func expectKept(
    _ text: String,
    at file: URL,
    named name: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    guard !Golden.isRecorded else {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try text.write(to: file, atomically: true, encoding: .utf8)
        Issue.record("recorded \(name); run again without RECORD_SNAPSHOTS")
        return
    }
    let kept = try String(contentsOf: file, encoding: .utf8)
    #expect(
        text == kept,
        "\(name) is not what the program makes; record it anew",
        sourceLocation: sourceLocation
    )
}
