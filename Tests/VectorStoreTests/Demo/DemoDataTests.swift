import CDemoData
import Foundation
import Testing
import VectorStore

@Suite("The demo's data")
struct DemoDataTests {
    private struct Point: Decodable {
        struct Payload: Decodable {
            let package: String
            let section: String
            let short: String
            let installed_size: Int
            let tags: [String]
        }
        let id: String
        let payload: Payload
    }

    private func points() throws -> [Point] {
        try (0..<Int32(VZ_DEMO_COUNT)).map { row in
            let line = try #require(vz_demo_point(row))
            return try JSONDecoder().decode(Point.self, from: Data(String(cString: line).utf8))
        }
    }

    private func vector(_ row: Int) throws -> [Float] {
        let components = try #require(vz_demo_vector(Int32(row)))
        return (0..<Int(VZ_DEMO_DIMENSION)).map { Float(Double(components[$0]) / 1e6) }
    }

    @Test("Every row is a point with an id of its own and a vector of length 1")
    func rows() throws {
        let points = try points()
        #expect(Set(points.map(\.id)).count == Int(VZ_DEMO_COUNT))
        #expect(points.allSatisfy { $0.id == $0.payload.package })
        for row in points.indices {
            let length = 1 / storedInverseNorm(of: try vector(row))
            #expect(abs(length - 1) < 1e-5)
        }
    }

    @Test("The packages most like a font are fonts")
    func fonts() throws {
        let points = try points()
        let font = try #require(points.firstIndex { $0.id == "fonts-freefont-ttf" })
        let dimension = Int(VZ_DEMO_DIMENSION)
        let like = try vector(font)
        let query = try PreparedQuery(like.span, metric: .cosine, dimension: dimension)
        var nearest = NearestCandidates(capacity: 6)
        for row in points.indices {
            let other = try vector(row)
            let inverse = storedInverseNorm(of: other)
            let distance = query.distance(to: other.span, inverseNorm: inverse)
            nearest.offer(distance: distance, key: UInt64(row))
        }
        let rows = nearest.sorted().map { Int($0.key) }
        #expect(
            rows.map { points[$0].id } == [
                "fonts-freefont-ttf", "fonts-karla", "fonts-inter", "fonts-adf-universalis",
                "fonts-fantasma", "fonts-adf-baskervald",
            ]
        )
    }
}
