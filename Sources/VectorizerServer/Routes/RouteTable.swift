/// All routes of the server: what answers, what is documented and what is tested are this one list.
package struct RouteTable: Sendable {
    /// What a path leads to.
    package enum Match: Sendable {
        /// A route, with the values of its parameters in the template's order.
        case route(Route, values: [String])
        /// The path exists, for other methods.
        case otherMethods([RequestMethod])
        /// No route has that path.
        case nothing
    }

    /// A part of the paths; its branches are the parts that may follow.
    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var routes: [(method: RequestMethod, place: Int)] = []
    }

    /// The routes, in the order in which they are documented.
    package let routes: [Route]
    private var nodes = [Node()]

    /// Puts routes together.
    ///
    /// - Parameter routes: the routes; no two with the same method and path.
    package init(_ routes: [Route]) {
        self.routes = routes
        for (place, route) in routes.enumerated() {
            var node = 0
            for segment in route.segments { node = branch(of: node, segment) }
            precondition(
                !nodes[node].routes.contains { $0.method == route.method },
                "\(route.method.rawValue) \(route.template) is there twice"
            )
            nodes[node].routes.append((route.method, place))
        }
    }

    private mutating func branch(of node: Int, _ segment: Substring) -> Int {
        let isParameter = segment.hasPrefix("{")
        let known = isParameter ? nodes[node].parameter : nodes[node].literals[String(segment)]
        if let known { return known }
        nodes.append(Node())
        let new = nodes.count - 1
        if isParameter {
            nodes[node].parameter = new
        } else {
            nodes[node].literals[String(segment)] = new
        }
        return new
    }

    /// Finds what a path leads to; a part that is written out wins over a parameter.
    ///
    /// - Parameters:
    ///   - method: how the request is made; nil for a method that no route has.
    ///   - segments: the path's parts, decoded.
    /// - Returns: the route, or why there is none.
    /// - Complexity: O(parts); where parts are both written out and parameters, O(2^parts) of the
    ///   templates' own length at most.
    package func match(_ method: RequestMethod?, _ segments: [String]) -> Match {
        var others: [RequestMethod] = []
        var values: [String] = []
        if let route = find(method, segments[...], 0, &values, &others) {
            return .route(route, values: values)
        }
        return others.isEmpty ? .nothing : .otherMethods(others)
    }

    private func find(
        _ method: RequestMethod?,
        _ segments: ArraySlice<String>,
        _ node: Int,
        _ values: inout [String],
        _ others: inout [RequestMethod]
    ) -> Route? {
        guard let segment = segments.first else {
            for route in nodes[node].routes {
                if route.method == method { return routes[route.place] }
                others.append(route.method)
            }
            return nil
        }
        let rest = segments.dropFirst()
        if let next = nodes[node].literals[segment],
            let route = find(method, rest, next, &values, &others)
        {
            return route
        }
        guard let next = nodes[node].parameter else { return nil }
        values.append(segment)
        if let route = find(method, rest, next, &values, &others) { return route }
        values.removeLast()
        return nil
    }
}
