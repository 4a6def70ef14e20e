import VectorStore

/// Reads places and shapes on earth.
enum GeoReader {
    static func circle(_ element: JSONElement) throws(RequestError) -> GeoShape {
        try element.allowOnly(["center", "radius"])
        return .circle(
            center: try point(try element.required("center")),
            radius: try element.required("radius").requireDouble()
        )
    }

    static func box(_ element: JSONElement) throws(RequestError) -> GeoShape {
        try element.allowOnly(["top_left", "bottom_right"])
        return .box(
            northWest: try point(try element.required("top_left")),
            southEast: try point(try element.required("bottom_right"))
        )
    }

    static func polygon(_ element: JSONElement) throws(RequestError) -> GeoShape {
        try element.allowOnly(["exterior", "interiors"])
        let exterior = try ring(try element.required("exterior"))
        let interiors = try element.optional("interiors")?.list(ring)
        return .polygon(exterior: exterior, interiors: interiors ?? [])
    }

    private static func ring(_ element: JSONElement) throws(RequestError) -> [GeoPoint] {
        try element.allowOnly(["points"])
        let points = try element.required("points").list(point)
        guard points.count >= 4 else {
            throw .format("a line of a polygon has at least 4 points", at: element)
        }
        guard points.first == points.last else {
            throw .format("the first and the last point of a line must be the same", at: element)
        }
        return points
    }

    /// A place: latitude and longitude in degrees.
    static func point(_ element: JSONElement) throws(RequestError) -> GeoPoint {
        try element.allowOnly(["lat", "lon"])
        let latitude = try element.required("lat").requireDouble()
        let longitude = try element.required("lon").requireDouble()
        guard -90...90 ~= latitude, -180...180 ~= longitude else {
            throw .format("latitudes are from -90 to 90, longitudes from -180 to 180", at: element)
        }
        return GeoPoint(latitude: latitude, longitude: longitude)
    }
}
