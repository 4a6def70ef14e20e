// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
// The type of a generic value, such as a dictionary, is found by its mangled name, where the
// runtime compares all conformances in the program for each constraint: half of a one-shot search.
// Called by its accessor, it needs none of that. Not for the library, which others may depend on.
let programSettings =
    settings + [
        .unsafeFlags([
            "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
        ])
    ]
// The kernels as they are in the program, for tests that wait for nothing else. By wish only:
// others may not depend on a library with unsafe flags.
let kernelSettings: [CSetting] =
    Context.environment["VECTORIZER_FAST_KERNELS"] == nil
    ? [] : [.unsafeFlags(["-O2"], .when(configuration: .debug))]
let engineSettings =
    settings + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]

let package = Package(
    name: "vectorizer",
    products: [
        .executable(name: "vectorizer", targets: ["vectorizer"]),
        .library(name: "VectorStore", targets: ["VectorStore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // The server: HTTP, its life from start to stop, figures and TLS. Without the traits that
        // bring all of Foundation with them.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird",
            exact: "2.28.1",
            traits: []
        ),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle",
            exact: "2.13.0"
        ),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CLZ4",
            pkgConfig: "liblz4",
            providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]
        ),
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
        ),
        .systemLibrary(
            name: "CZstd",
            pkgConfig: "libzstd",
            providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]
        ),
        .systemLibrary(
            name: "CReadline",
            providers: [.apt(["libreadline-dev"]), .brew(["readline"])]
        ),
        .target(name: "CKernels", cSettings: kernelSettings),
        .target(name: "CDemoData", exclude: ["generate.py"]),
        // Of the program alone: a library must not decide this for the programs that it is part of.
        .target(name: "CNoICUData"),
        .target(
            name: "VectorStore",
            dependencies: [
                "CKernels", "CLZ4",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: engineSettings
        ),
        // What a server shares with the commands.
        .target(
            name: "VectorizerSettings",
            dependencies: [
                "VectorStore", "CKernels",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: programSettings
        ),
        .target(
            name: "VectorizerCommands",
            dependencies: [
                "VectorizerSettings", "VectorStore", "CKernels", "CDemoData", "CLZ4", "CZlib",
                "CZstd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: programSettings
        ),
        .target(
            name: "VectorizerShell",
            dependencies: [
                "VectorizerCommands", "VectorizerSettings", "VectorStore", "CKernels",
                "CReadline",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: programSettings,
            // A static program has to name what readline itself needs.
            linkerSettings: [.linkedLibrary("tinfo")]
        ),
        .target(
            name: "VectorizerServer",
            dependencies: [
                "VectorizerSettings", "VectorStore", "CKernels",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "vectorizer",
            dependencies: [
                "VectorizerCommands", "VectorizerServer", "VectorizerSettings", "VectorizerShell",
                "VectorStore", "CNoICUData",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: programSettings
        ),
        // What several test targets need; in no product.
        .target(
            name: "TestSupport",
            dependencies: ["VectorStore", "CKernels"],
            path: "Tests/Support",
            swiftSettings: settings
        ),
        .testTarget(
            name: "VectorStoreTests",
            dependencies: [
                "TestSupport", "VectorStore", "CKernels", "CDemoData",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "VectorizerSettingsTests",
            dependencies: [
                "TestSupport", "VectorizerSettings", "VectorStore",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "VectorizerCommandsTests",
            dependencies: [
                "TestSupport", "VectorizerCommands", "VectorizerSettings", "VectorStore",
                "vectorizer", "CLZ4", "CZlib", "CZstd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "VectorizerShellTests",
            dependencies: [
                "TestSupport", "VectorizerShell", "VectorizerCommands", "VectorizerSettings",
                "VectorStore", "vectorizer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "VectorizerServerTests",
            dependencies: [
                "TestSupport", "VectorizerServer", "VectorizerSettings", "VectorStore",
                "vectorizer",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "TidyTests", dependencies: ["TestSupport"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
