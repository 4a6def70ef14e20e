import Testing
import VectorStore

@Suite("Moments and places")
struct MomentTests {
    @Test(
        "Texts that are moments",
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:01Z", 1_000_000), ("1969-12-31", -86_400_000_000),
            ("2024-02-29T12:30:45.123456Z", 1_709_209_845_123_456),
            ("2024-02-29 12:30:45.1234567", 1_709_209_845_123_456),
            ("2024-02-29T12:30", 1_709_209_800_000_000),
            ("2024-02-29T14:30:00+02:00", 1_709_209_800_000_000),
            ("2024-02-29T14:30:00+0200", 1_709_209_800_000_000),
            ("2024-02-29T11:30:00-01", 1_709_209_800_000_000),
            ("  2024-02-29 12:30:00 UTC", 1_709_209_800_000_000),
            ("2024-02-29T12:30:00z", 1_709_209_800_000_000),
            ("2024-02-29 12:30:00 +00:00", 1_709_209_800_000_000),
            ("0001-01-01", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
            ("1970-01-01T00:00:00.5Z", 500_000),
        ]
    )
    func moments(text: String, microseconds: Int64) {
        #expect(Moment(text.utf8)?.microseconds == microseconds)
    }

    @Test(
        "Texts that are none",
        arguments: [
            "", "2024", "2024-1-1", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10",
            "2024-04-31",
            "2024-01-01T", "2024-01-01T24:00:00Z", "2024-01-01T10", "2024-01-01T10:00Z",
            "2024-01-01T10:00:00.Z",
            "2024-01-01T10:00:00+", "2024-01-01T10:00:00+1", "2024-01-01T10:00:00+01:",
            "2024-01-01T10:00:00 UT",
            "2024-01-01x", "20240101", "2024-01-01T10:60:00Z", "2024-01-01T10:00:00Zz",
            "٢٠٢٤-01-01",
        ]
    )
    func others(text: String) {
        #expect(Moment(text.utf8) == nil)
    }

    @Test("A box ends at its edges, and may lie across the 180th meridian")
    func boxes() {
        func at(_ latitude: Double, _ longitude: Double) -> GeoPoint {
            GeoPoint(latitude: latitude, longitude: longitude)
        }
        let box = GeoShape.box(northWest: at(52, 10), southEast: at(50, 12))
        #expect(box.contains(at(51, 11)))
        for outside in [at(52, 11), at(50, 11), at(51, 10), at(51, 12), at(49, 11), at(51, 13)] {
            #expect(!box.contains(outside))
        }
        let across = GeoShape.box(northWest: at(1, 170), southEast: at(-1, -170))
        #expect(across.contains(at(0, 175)))
        #expect(across.contains(at(0, -175)))
        #expect(!across.contains(at(0, 0)))
    }

    @Test("A polygon ends at its edge, and at those of its holes")
    func polygons() {
        func ring(_ size: Double) -> [GeoPoint] {
            [(-1.0, -1.0), (-1, 1), (1, 1), (1, -1), (-1, -1)].map {
                GeoPoint(latitude: $0.0 * size, longitude: $0.1 * size)
            }
        }
        let shape = GeoShape.polygon(exterior: ring(3), interiors: [ring(1)])
        let inside = [(2.0, 0.0), (0, 2), (-2, -2), (2.5, 2.9)]
        let outside = [(0.0, 0.0), (1, 0), (3, 0), (4, 0), (0, -1), (3, 3), (0.5, 0.5)]
        for (latitude, longitude) in inside {
            #expect(shape.contains(GeoPoint(latitude: latitude, longitude: longitude)))
        }
        for (latitude, longitude) in outside {
            #expect(!shape.contains(GeoPoint(latitude: latitude, longitude: longitude)))
        }
        #expect(!GeoShape.polygon(exterior: [], interiors: []).contains(ring(1)[0]))
    }

    @Test("Distances are those on a sphere")
    func distances() {
        let moscow = GeoPoint(latitude: 55.7558, longitude: 37.6173)
        let london = GeoPoint(latitude: 51.5074, longitude: -0.1278)
        #expect(2_400_000..<2_600_000 ~= moscow.distance(to: london))
        #expect(moscow.distance(to: moscow) == 0)
        let opposite = GeoPoint(latitude: -55.7558, longitude: 37.6173 - 180)
        #expect(abs(moscow.distance(to: opposite) - 20_015_115) < 1000)
    }
}
