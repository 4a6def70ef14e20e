import CLZ4

/// The versions of what the engine is made of, for people who report a bug.
package enum EngineVersions {
    /// The newest catalog format this engine reads, which is the one it writes.
    package static var catalogFormat: Int { CatalogSchema.currentVersion }
    /// SQLite's version.
    package static var sqlite: String { CatalogConnection.sqliteVersion }
    /// LZ4's version.
    package static var lz4: String { unsafe String(cString: LZ4_versionString()) }
    /// The instruction set that the distance kernels use on this CPU.
    package static var kernels: String { DistanceKernels.best.name }
}
