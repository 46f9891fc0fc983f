/// The database, for those who read it with other tools too. An alert's JSON is in one of eight tables, by its severity: so
/// that alerts which go together lie together, and the pages that they had are free for others. The view `alerts` has all.
enum SpoolSchema {
  /// `PRAGMA user_version`; a greater one is of a later version of this program.
  static let version: Int64 = 1
  /// `PRAGMA application_id`: "Selv".
  static let application: Int64 = 0x5365_6C76
  static let severities: ClosedRange<UInt8> = 0...7

  static func body(_ severity: UInt8) -> String { "body_\(severity)" }

  static let statements = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE alert (
      sequence INTEGER PRIMARY KEY,
      time INTEGER NOT NULL,      -- of the event, nanoseconds since 1970
      severity INTEGER NOT NULL,  -- as syslog counts: 0 is emergency, 7 is debug
      tenant TEXT,
      rule TEXT NOT NULL,
      id TEXT NOT NULL,
      facility INTEGER,           -- of syslog, where the tenant has its own
      raised INTEGER,             -- nanoseconds of CLOCK_BOOTTIME
      age INTEGER NOT NULL        -- seconds of the spool's own clock, which only runs forward
    );
    CREATE INDEX alert_tenant ON alert (tenant);
    CREATE INDEX alert_rule ON alert (rule);
    CREATE INDEX alert_time ON alert (time);
    \(severities.map { "CREATE TABLE \(body($0)) (sequence INTEGER PRIMARY KEY, json TEXT NOT NULL);" }.joined(separator: "\n"))
    CREATE VIEW alerts AS SELECT *, CASE severity \(severities.map {
      "WHEN \($0) THEN (SELECT json FROM \(body($0)) AS body WHERE body.sequence = alert.sequence)"
    }.joined(separator: " ")) END AS json FROM alert;
    CREATE TABLE cursor (
      name TEXT PRIMARY KEY,
      reached INTEGER NOT NULL,   -- the sink is through with all up to it
      previous INTEGER NOT NULL,  -- the last that went to it
      age INTEGER NOT NULL        -- of the spool's clock, when the configuration last had it
    ) WITHOUT ROWID;
    CREATE TABLE tombstone (
      number INTEGER PRIMARY KEY,
      first INTEGER NOT NULL, last INTEGER NOT NULL,  -- sequences; others between them may be there
      alerts INTEGER,             -- how many; NULL: not known
      severity INTEGER, tenant TEXT,
      reason TEXT NOT NULL,       -- full, age, damage
      time INTEGER NOT NULL       -- when it was made, nanoseconds since 1970
    );
    PRAGMA application_id = \(application);
    PRAGMA user_version = \(version);
    """
}
