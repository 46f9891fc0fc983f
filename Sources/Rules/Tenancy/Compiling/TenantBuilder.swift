internal import Events

/// Compiles the rule files of tenants, each apart: on top of the site's, and within its own limits. What is wrong with
/// one's leaves that one's rules out, and nobody else's.
struct TenantBuilder {
  let site: SiteParts
  let limits: LoadLimits
  let today: CalendarDay?
  let tenancy: Tenancy
  /// The file of the tenants.
  let file: SourceFile
  private(set) var reports: [RuleReport] = []
  private(set) var tenants: [TenantReport] = []
  private(set) var diagnostics: [Diagnostic] = []

  init(site: SiteParts, limits: LoadLimits, today: CalendarDay?, tenancy: Tenancy, file: SourceFile) {
    self.site = site
    self.limits = limits
    self.today = today
    self.tenancy = tenancy
    self.file = file
  }

  private struct Attempt {
    let parts: PolicyBuilder.Parts
    let reports: [RuleReport]
    let counts: LoadResult.Counts
    let log: DiagnosticLog
  }

  /// - Parameter lastGood: files by tenant, that are taken instead of such as have an error.
  mutating func build(
    _ files: [String: TenantFiles], lastGood: [String: [SourceFile]], _ parts: inout PolicyParts,
    _ pool: inout PredicatePool
  ) {
    for (index, tenant) in tenancy.tenants.enumerated() {
      guard let own = files[tenant.name] else {
        tenants.append(TenantReport(name: tenant.name, state: .none))
        continue
      }
      let tried = attempt(own.sources, own.log, index, parts, &pool)
      guard tried.log.errors > 0 else {
        take(tried, tenant, .whole, tried.log.finished(), own.sources, &parts)
        continue
      }
      let errors = tried.log.errors == 1 ? "an error" : "\(tried.log.errors) errors"
      let name = DisplayText.quoted(tenant.name)
      if let last = lastGood[tenant.name] {
        let again = attempt(last, DiagnosticLog(limit: 0), index, parts, &pool)
        if again.log.errors == 0 {
          let told = Diagnostic(
            .error, tenant.location, "the rules of the tenant \(name) stay as they were: its files have \(errors)")
          take(again, tenant, .lastGood, tried.log.finished() + [told], last, &parts)
          continue
        }
      }
      let told = Diagnostic(
        .error, tenant.location, "the rules of the tenant \(name) are left out: its files have \(errors)",
        hint: "the site's rules hold for it all the same")
      add(
        TenantReport(
          name: tenant.name, state: .leftOut, counts: tried.counts, errors: tried.log.errors,
          diagnostics: tried.log.finished() + [told]))
    }
  }

  private mutating func add(_ report: TenantReport) {
    tenants.append(report)
    diagnostics += report.diagnostics
  }

  private mutating func take(
    _ attempt: Attempt, _ tenant: Tenant, _ state: TenantReport.State, _ told: [Diagnostic], _ sources: [SourceFile],
    _ parts: inout PolicyParts
  ) {
    parts.add(attempt.parts)
    reports += attempt.reports
    add(TenantReport(name: tenant.name, state: state, counts: attempt.counts, diagnostics: told, sources: sources))
  }

  private func attempt(
    _ sources: [SourceFile], _ log: DiagnosticLog, _ index: Int, _ parts: PolicyParts, _ pool: inout PredicatePool
  ) -> Attempt {
    let tenant = tenancy.tenants[index]
    let limits = limits.of(tenant.limits)
    var log = log
    var items = ItemCollector(today: today, site: site)
    let bytes = sources.reduce(0) { $0 + $1.bytes.count }
    if bytes > limits.totalBytes {
      log.error(
        .whole(sources[0].name), "the files are \(bytes) bytes together, and \(limits.totalBytes) are this tenant's limit")
    } else {
      items.collect(sources, firstNumber: site.files.count, limits: limits, log: &log)
    }
    var builder = PolicyBuilder(items, site.files + sources, limits, log)
    builder.counts.count(items, files: sources.count)
    pool.restart(limit: limits.totalConditionBytes)
    swap(&pool, &builder.pool)
    var made = builder.parts(firstRule: parts.rules.count, firstCorrelation: parts.correlations.count) { _ in .tenant(index) }
    swap(&pool, &builder.pool)
    let costly = made.rules.filter { $0.isCostly(pool.predicates) }
    if costly.count > tenant.limits.costlyRules {
      builder.log.error(
        costly[tenant.limits.costlyRules].location,
        "no index finds \(costly.count) of the rules, so that every event of their kinds tries them: "
          + "\(tenant.limits.costlyRules) are this tenant's limit",
        hint: "name what must be there, as proc.name in (...)")
    }
    if builder.log.errors > 0 { made = .init(rules: [], correlations: []) }
    return Attempt(parts: made, reports: builder.reports, counts: builder.counts, log: builder.log)
  }
}

extension LoadLimits {
  /// What is told of one tenant.
  static let tenantDiagnostics = 10

  func of(_ tenant: TenantLimits) -> LoadLimits {
    var limits = self
    limits.rules = tenant.rules
    limits.correlations = min(correlations, tenant.rules)
    limits.totalBytes = tenant.bytes
    limits.totalConditionBytes = tenant.bytes
    limits.conditionBytes = min(conditionBytes, tenant.bytes)
    limits.nodes = min(nodes, tenant.bytes)
    limits.totalOperations = tenant.operations
    limits.operations = min(operations, tenant.operations)
    limits.diagnostics = Self.tenantDiagnostics
    return limits
  }
}
