import VectorStore

/// One thing that can be asked of the server.
package struct Route: Sendable {
    /// What a route runs; it may wait for the engine, and never for the client.
    package typealias Handler = @Sendable (RouteRequest) throws -> RouteAnswer

    /// How it is asked.
    package let method: RequestMethod
    /// Its path, with parameters in braces: `/collections/{collection_name}/points/{id}`.
    package let template: String
    /// Who may ask.
    package let access: RouteAccess
    /// Where it runs.
    package let lane: RouteLane
    /// What it takes.
    package let body: RouteBody
    /// Whether the audit trail tells of it where the engine itself does not.
    package let isAdministrative: Bool
    /// What it does, for the OpenAPI document.
    package let title: String
    /// Does the work.
    package let handler: Handler

    /// Describes a route.
    ///
    /// - Parameters:
    ///   - method: how it is asked.
    ///   - template: its path, with parameters in braces.
    ///   - access: who may ask.
    ///   - lane: where it runs; by default reading for GET and writing for all others.
    ///   - body: what it takes; by default JSON for all but GET and DELETE.
    ///   - isAdministrative: whether it changes more than points.
    ///   - title: what it does.
    ///   - handler: does the work.
    package init(
        _ method: RequestMethod,
        _ template: String,
        _ access: RouteAccess,
        lane: RouteLane? = nil,
        body: RouteBody? = nil,
        isAdministrative: Bool = false,
        title: String,
        handler: @escaping Handler
    ) {
        self.method = method
        self.template = template
        self.access = access
        self.lane = lane ?? (method == .get ? .read : .write)
        self.body = body ?? (method == .get || method == .delete ? .none : .json)
        self.isAdministrative = isAdministrative
        self.title = title
        self.handler = handler
    }

    /// The parts of the template, without the first slash.
    var segments: [Substring] { template.split(separator: "/") }

    /// The names of the template's parameters, in their order.
    package var parameterNames: [String] {
        segments.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Whether what it does changes something, so that a read-only server refuses it.
    package var changesStore: Bool {
        switch access {
        case .free, .anyKey: false
        case .collection(let verb), .store(let verb):
            method != .get && (verb != .read || lane == .write)
        }
    }
}
