import CEvents
import Events

extension State {
  /// The value of a field of type boolean. nil: absent.
  func boolean(_ field: Field) -> Bool? {
    if field == .isServer { return event.isSocket ? event.isServer : nil }
    if field.isOfWorkload { return workloadBoolean(field) }
    guard event.slot >= 0 else { return nil }
    let entry = tree[event.slot]
    if field == .isSessionLeader { return entry.session == entry.pid }
    guard entry.image >= 0, let flag = Self.flag(of: field) else { return nil }
    return Self.isSet(flag, in: tree.images[entry.image])
  }

  private static func isSet(_ flag: UInt32, in image: borrowing ProcessImage) -> Bool? {
    if image.fixed.inode == 0 { return nil }
    if image.fixed.flags & flag != 0 { return true }
    // A capture tells the inode and some of the flags.
    let isKnown = image.fixed.mode != 0 || flag & (SV_PROCESS_UNLINKED | SV_PROCESS_SETUID | SV_PROCESS_SETGID) == 0
    return isKnown ? false : nil
  }

  private static func flag(of field: Field) -> UInt32? {
    switch field {
    case .isMemfd: SV_PROCESS_MEMFD
    case .isUnlinked: SV_PROCESS_UNLINKED
    case .isUpperLayer: SV_PROCESS_UPPER_LAYER
    case .isLowerLayer: SV_PROCESS_LOWER_LAYER
    case .isExeWritable: SV_PROCESS_WRITABLE
    case .isSetUID: SV_PROCESS_SETUID
    case .isSetGID: SV_PROCESS_SETGID
    default: nil
    }
  }
}
