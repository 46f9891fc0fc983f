// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

/// C libraries become part of the agent: a node needs none of them installed.
func archives(_ names: String...) -> [LinkerSetting] { names.map { .linkedLibrary(":lib\($0).a") } }

let package = Package(
  name: "selvage",
  products: [
    .executable(name: "selvage", targets: ["selvage"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio-http2.git", exact: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf.git", exact: "1.39.0", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
    // Without its traits: they bring all of Foundation.
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: []),
  ],
  targets: [
    // The bytes that the BPF programs, the agent and trace files agree on.
    .target(name: "CEvents", path: "bpf/abi", publicHeadersPath: "include"),
    // The compiled BPF programs, embedded. `make bpf` builds them first.
    .target(name: "CBPFObjects", path: "bpf/objects", exclude: ["build"], publicHeadersPath: "include"),
    .target(name: "CLibbpf", linkerSettings: archives("bpf", "elf", "z")),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CYaml", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CRdkafka"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),

    // zlib not by its archive's name: SwiftPM would drop the second one, which must come after what libbpf needs.
    .target(
      name: "Events",
      dependencies: ["CEvents", "CZlib", "CZstd", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: swift,
      linkerSettings: archives("zstd") + [.linkedLibrary("z")]),
    .target(
      name: "Capture",
      dependencies: [
        "CEvents", "CBPFObjects", "CLibbpf", "Events",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),
    .target(name: "Rules", dependencies: ["CYaml", "Events"], swiftSettings: swift, linkerSettings: archives("yaml")),
    .target(name: "Engine", dependencies: ["CEvents", "Events", "Rules"], swiftSettings: swift),
    .target(name: "Trials", dependencies: ["Engine", "Events", "Rules"], swiftSettings: swift),

    .systemLibrary(name: "CEpoll"),
    .target(
      name: "Discovery",
      dependencies: [
        "CEpoll", "CEvents", "Events",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], exclude: ["CRI/Wire/cri.proto"], swiftSettings: swift),
    .target(
      name: "Delivery",
      dependencies: [
        "CRdkafka", "CSQLite", "Engine", "Events", "Rules",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift, linkerSettings: archives("sqlite3") + [.linkedLibrary("m")]),
    .target(
      name: "Control",
      dependencies: [
        "Delivery", "Discovery", "Engine", "Events", "Rules",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),
    // The report's page as its authors write it, embedded.
    .target(name: "CReportPage", exclude: ["page.html", "page.css", "text.js", "timeline.js", "detail.js", "list.js"]),
    .target(name: "Report", dependencies: ["CEvents", "CReportPage", "Engine", "Events", "Rules"], swiftSettings: swift),
    .executableTarget(
      name: "selvage",
      dependencies: [
        "Capture", "Control", "Delivery", "Discovery", "Engine", "Events", "Report", "Rules", "Trials",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),

    .target(
      name: "TestSupport", dependencies: [.product(name: "SystemPackage", package: "swift-system")],
      path: "Tests/Fixtures/TestSupport", swiftSettings: swift),
    .target(name: "CTriggers", path: "Tests/Fixtures/CTriggers"),
    // Uses a spool as the agent does: killed by tests, timed by benchmarks.
    .executableTarget(
      name: "SpoolTrials", dependencies: ["CSQLite", "Delivery", "Engine", "Rules"], path: "Tests/Fixtures/SpoolTrials",
      swiftSettings: swift),
    .target(name: "CAllocations", path: "Tests/Fixtures/CAllocations"),
    .testTarget(name: "EventsTests", dependencies: ["CEvents", "CZlib", "Events", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "CaptureTests",
      dependencies: [
        "CEvents", "CTriggers", "Capture", "Events", .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),
    .testTarget(name: "RulesTests", dependencies: ["Events", "Rules", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "EngineTests", dependencies: ["CAllocations", "CEvents", "Engine", "Events", "Rules", "TestSupport"],
      swiftSettings: swift),
    .testTarget(
      name: "TrialsTests", dependencies: ["Engine", "Events", "Rules", "TestSupport", "Trials"], swiftSettings: swift),
    .testTarget(name: "ShippedRulesTests", dependencies: ["Engine", "Events", "Rules", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "DiscoveryTests",
      dependencies: [
        "CEvents", "Discovery", "Events", "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),
    .testTarget(
      name: "DeliveryTests",
      dependencies: [
        "CSQLite", "Delivery", "Engine", "Events", "Rules", "SpoolTrials", "TestSupport",
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),
    .testTarget(
      name: "ControlTests",
      dependencies: [
        "Control", "Delivery", "Discovery", "Engine", "Rules", "TestSupport",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),
    .testTarget(
      name: "ReportTests", dependencies: ["CEvents", "Engine", "Events", "Report", "Rules", "TestSupport"],
      swiftSettings: swift),
    .testTarget(name: "SelvageTests", dependencies: ["Events", "TestSupport", "selvage"], swiftSettings: swift),
  ],
  cLanguageStandard: .gnu17
)

// The tests of optimised code are the engine's: without what talks to a network, which is most of what there is to build.
if Context.environment["SELVAGE_ENGINE_ALONE"] != nil {
  let engine: Set = [
    "CAllocations", "CEvents", "CYaml", "CZlib", "CZstd", "Engine", "EngineTests", "Events", "Rules", "TestSupport",
  ]
  package.targets.removeAll { !engine.contains($0.name) }
  package.products = []
  package.dependencies.removeAll {
    guard case .sourceControl(_, let location, _) = $0.kind else { return false }
    return !location.hasSuffix("/swift-system")
  }
}
