/// Every route of the server; what is not in this list does not exist.
package enum AllRoutes {
    /// The routes, in the order in which they are documented.
    package static let list: [Route] =
        FreeRoutes.all + MetricsRoute.all + NodeRoutes.all
        + CollectionRoutes.all + AliasRoutes.all + IndexRoutes.all
        + PointRoutes.all + QueryRoutes.all + SnapshotRoutes.all
        + StoreRoutes.all + KeyRoutes.all + JobRoutes.all + OpenAPIDocument.routes
}
