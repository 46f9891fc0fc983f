internal import Glibc

/// Who may write a file or a folder.
struct FileAccess {
  private let owner: UInt32
  private let group: UInt32
  private let mode: UInt32
  private let isFolder: Bool
  private let names: UInt64

  init(_ status: stat) {
    owner = status.st_uid
    group = status.st_gid
    mode = status.st_mode
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    names = UInt64(status.st_nlink)
  }

  /// Those who may, besides root.
  struct Writers {
    var users: Set<UInt32> = []
    var groups: Set<UInt32> = []
  }

  /// Of the site's files.
  static let site = Writers()

  /// In words, who may write it and should not be able to. nil: nobody.
  func problem(_ writers: Writers) -> String? {
    if owner != 0, !writers.users.contains(owner), Accounts.groups(ofUser: owner).isDisjoint(with: writers.groups) {
      return "it belongs to the user \(owner)"
    }
    if mode & S_IWOTH != 0 { return "anybody may write it" }
    if mode & S_IWGRP != 0, group != 0, !writers.groups.contains(group) { return "the group \(group) may write it" }
    return nil
  }

  /// Root's, with a second name somewhere: whoever made that may not have been able to read it.
  var isBorrowed: Bool { !isFolder && owner == 0 && names > 1 }
}
