// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "selvage",
  products: [
    .executable(name: "selvage", targets: ["selvage"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // The bytes that the BPF programs, the agent and trace files agree on.
    .target(name: "CEvents", path: "bpf/abi", publicHeadersPath: "include"),
    // The compiled BPF programs, embedded. `make bpf` builds them first.
    .target(name: "CBPFObjects", path: "bpf/objects", exclude: ["build"], publicHeadersPath: "include"),
    .target(name: "CLibbpf", linkerSettings: [.linkedLibrary("bpf")]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

    .target(name: "Events", dependencies: ["CEvents", "CZstd"], swiftSettings: swift),
    .target(
      name: "Capture",
      dependencies: [
        "CEvents", "CBPFObjects", "CLibbpf", "Events",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),
    .target(name: "Rules", dependencies: ["Events", "Yams"], swiftSettings: swift),
    .target(name: "Engine", dependencies: ["CEvents", "Events", "Rules"], swiftSettings: swift),

    .target(
      name: "Delivery",
      dependencies: ["Engine", "Events", "Rules", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: swift),
    .executableTarget(
      name: "selvage",
      dependencies: [
        "CEvents", "Capture", "Delivery", "Engine", "Events", "Rules",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),

    .target(name: "CTriggers", path: "Tests/Fixtures/CTriggers"),
    .testTarget(name: "EventsTests", dependencies: ["CEvents", "Events"], swiftSettings: swift),
    .testTarget(
      name: "CaptureTests",
      dependencies: [
        "CEvents", "CTriggers", "Capture", "Events", .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift),
    .testTarget(name: "RulesTests", dependencies: ["Events", "Rules"], swiftSettings: swift),
    .testTarget(name: "EngineTests", dependencies: ["CEvents", "Engine", "Events", "Rules"], swiftSettings: swift),
    .testTarget(name: "ShippedRulesTests", dependencies: ["Engine", "Events", "Rules"], swiftSettings: swift),
    .testTarget(
      name: "DeliveryTests",
      dependencies: ["Delivery", "Engine", "Events", "Rules", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: swift),
  ],
  cLanguageStandard: .gnu17
)
