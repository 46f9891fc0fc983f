internal import Synchronization

/// The spool as the history of alerts: those on disk, as long as they are there. Questions go to a connection of their own, one
/// after another, and each looks at a few thousand alerts at a time: so none of them keeps the writer from emptying its log.
package final class SpoolHistory: AlertArchive {
  private let spool: Spool
  private let desk: HistoryDesk

  package init(_ spool: Spool) {
    self.spool = spool
    desk = HistoryDesk(path: spool.file.path)
  }

  package func count(tenants: Set<String>?) -> Int {
    spool.monitor.locked { state in
      guard let tenants else { return Int(state.status.rows) }
      return tenants.reduce(0) { $0 + (state.rows[$1] ?? 0) }
    }
  }

  package func reader(_ selection: AlertSelection, last: Int? = nil) -> AlertReader {
    let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let (number, newest) = spool.monitor.locked { state in
      let number = state.nextReader
      state.nextReader += 1
      // What is removed while it looks for its beginning is not lost to it.
      state.readers[number] = HistoryReaderState(selection: selection, bell: ring, reached: .max)
      if state.hasEnded || isClosed { ring.finish() }
      return (number, state.committed)
    }
    let search = HistorySearch(selection, last: last, newest: newest)
    return AlertReader(Place(spool: spool, desk: desk, number: number, search: Mutex(search)), bell: bell)
  }

  private var isClosed: Bool { desk.isClosed }

  package func close() {
    desk.close()
    let bells = spool.monitor.locked { $0.readers.values.map(\.bell) }
    for bell in bells { bell.finish() }
  }

  private final class Place: AlertReader.Place {
    private let spool: Spool
    private let desk: HistoryDesk
    private let number: Int
    private let search: Mutex<HistorySearch>

    init(spool: Spool, desk: HistoryDesk, number: Int, search: consuming Mutex<HistorySearch>) {
      self.spool = spool
      self.desk = desk
      self.number = number
      self.search = search
    }

    func read(limitBytes: Int) -> AlertReader.Batch {
      search.withLock { search in
        let newest = spool.monitor.locked { $0.committed }
        var batch = AlertReader.Batch()
        do throws(SQLiteError) {
          try desk.search(&search, through: newest, limitBytes: limitBytes, &batch)
        } catch {
          batch.failure = error.text
        }
        let reached = search.reached
        batch.lost = spool.monitor.locked { state in
          defer {
            state.readers[number]?.reached = reached ?? .max
            state.readers[number]?.lost = 0
          }
          return state.readers[number]?.lost ?? 0
        }
        return batch
      }
    }

    func stop() { spool.monitor.locked { $0.readers[number]?.bell }?.finish() }

    func leave() { spool.monitor.locked { $0.readers[number] = nil } }
  }
}
