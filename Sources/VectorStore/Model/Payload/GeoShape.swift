import Glibc

/// A place on earth in degrees.
package struct GeoPoint: Hashable, Sendable {
    package let latitude: Double
    package let longitude: Double

    /// Takes degrees.
    package init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    /// Metres along the surface of a sphere of the earth's mean size (the haversine formula).
    package func distance(to other: GeoPoint) -> Double {
        let radians = Double.pi / 180
        let (first, second) = (latitude * radians, other.latitude * radians)
        let north = sin((second - first) / 2)
        let east = sin((other.longitude - longitude) * radians / 2)
        let half = north * north + cos(first) * cos(second) * east * east
        return 2 * Self.earthRadius * asin(min(1, half.squareRoot()))
    }

    private static let earthRadius = 6_371_008.8
}

/// A part of the earth's surface, its edge not included.
package enum GeoShape: Equatable, Sendable {
    /// All places nearer to the centre than the radius in metres.
    case circle(center: GeoPoint, radius: Double)
    /// The places between two meridians, over the 180th where the west is the greater, and between
    /// two parallels.
    case box(northWest: GeoPoint, southEast: GeoPoint)
    /// The places inside of a ring and in none of its holes.
    case polygon(exterior: [GeoPoint], interiors: [[GeoPoint]])

    /// Whether a place lies in the shape.
    package func contains(_ point: GeoPoint) -> Bool {
        switch self {
        case .circle(let center, let radius):
            return center.distance(to: point) < radius
        case .box(let northWest, let southEast):
            let (west, east) = (northWest.longitude, southEast.longitude)
            let isBetween =
                west > east
                ? point.longitude > west || point.longitude < east
                : west < point.longitude && point.longitude < east
            return isBetween && northWest.latitude > point.latitude
                && point.latitude > southEast.latitude
        case .polygon(let exterior, let interiors):
            return Self.isIn(exterior, point, edge: false)
                && !interiors.contains { Self.isIn($0, point, edge: true) }
        }
    }

    /// Whether a place lies in a ring: a ray from it crosses the ring an odd number of times.
    private static func isIn(_ ring: [GeoPoint], _ point: GeoPoint, edge: Bool) -> Bool {
        guard var previous = ring.last else { return false }
        var isInside = false
        for corner in ring {
            defer { previous = corner }
            if isOnEdge(point, corner, previous) { return edge }
            guard (corner.longitude > point.longitude) != (previous.longitude > point.longitude)
            else { continue }
            let slope =
                (previous.latitude - corner.latitude) / (previous.longitude - corner.longitude)
            let crossing = slope * (point.longitude - corner.longitude) + corner.latitude
            if point.latitude < crossing { isInside.toggle() }
        }
        return isInside
    }

    private static func isOnEdge(_ point: GeoPoint, _ first: GeoPoint, _ second: GeoPoint) -> Bool {
        let (north, east) = (point.latitude, point.longitude)
        let cross =
            (second.latitude - first.latitude) * (east - first.longitude)
            - (second.longitude - first.longitude) * (north - first.latitude)
        return cross == 0
            && (first.latitude - north) * (second.latitude - north) <= 0
            && (first.longitude - east) * (second.longitude - east) <= 0
    }
}
