import Testing
import VectorStore
import VectorizerServer

/// The collection that tests of points work with.
enum PointSamples {
    static let path = "/collections/docs/points"
    static let said = #"200 {"operation_id":N,"status":"acknowledged"}"#
    static let done = #"200 {"operation_id":N,"status":"completed"}"#
    static let uuid = "0b54a9c3-0000-4000-8000-00000000000a"

    /// Two dense fields and a sparse one; all of a kind that scores are easy to tell of.
    static let fields =
        #"{"vectors":{"text":{"size":2,"distance":"Dot"},"image":{"size":2,"distance":"Cosine"}},"#
        + #""sparse_vectors":{"words":{}}}"#

    /// Makes the collection through the server.
    static func make(_ server: TestServer, _ body: String = fields) throws {
        try server.expect("PUT /collections/docs", body, "200 true")
    }

    /// Puts points in through the server.
    static func put(_ server: TestServer, _ points: String...) throws {
        let body = #"{"points":[\#(points.joined(separator: ","))]}"#
        try server.expect("PUT \(path)?wait=true", body, done)
    }

    /// A point without vectors.
    static func plain(_ id: String, _ payload: String = "{}") -> String {
        #"{"id":\#(id),"vector":{},"payload":\#(payload)}"#
    }

    /// The payloads of all points, by their ids.
    static func payloads(_ server: TestServer) throws -> [String: String] {
        try server.reopened().withReader(of: CollectionName("docs")) { reader in
            var payloads: [String: String] = [:]
            try reader.forEachPoint { point in
                payloads[point.id.text] = String(decoding: point.payload, as: UTF8.self)
                return true
            }
            return payloads
        }
    }
}
