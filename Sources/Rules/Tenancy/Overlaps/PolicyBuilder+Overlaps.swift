internal import Events

extension PolicyBuilder {
  /// Tenants of which it is told.
  private static let maximumOverlaps = 20

  /// Tenants that an earlier one takes workloads from, or leaves none.
  mutating func warnOfOverlaps(_ tenancy: Tenancy) {
    var finder = OverlapFinder(tenancy, pool.predicates)
    let overlaps = finder.find()
    for overlap in overlaps.prefix(Self.maximumOverlaps) {
      let tenant = tenancy.tenants[overlap.tenant]
      let (name, other) = (DisplayText.quoted(tenant.name), DisplayText.quoted(tenancy.tenants[overlap.earlier].name))
      if overlap.isWhole {
        log.warn(
          tenant.location, "the tenant \(name) never has a workload: wherever its match holds, that of \(other) does, which is tried before",
          hint: "put \(name) before \(other)")
      } else {
        log.warn(
          tenant.location, "the matches of \(other) and \(name) both hold for a workload with \(overlap.example.text): \(other) has it",
          hint: "the first match wins; let one of them exclude the other, if that isn't meant")
      }
    }
    if overlaps.count > Self.maximumOverlaps, let first = overlaps.dropFirst(Self.maximumOverlaps).first {
      log.warn(
        tenancy.tenants[first.tenant].location,
        "\(overlaps.count - Self.maximumOverlaps) more tenants have matches that hold for workloads of an earlier one")
    }
    if !finder.isWhole, let first = tenancy.tenants.first {
      log.warn(first.location, "the tenants are so many, and so alike, that not all matches were compared with each other")
    }
  }
}
