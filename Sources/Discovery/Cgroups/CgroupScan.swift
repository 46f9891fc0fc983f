internal import Glibc
package import SystemPackage

/// Finds the cgroups that are there: the directories of the cgroup2 hierarchy, parents first.
package struct CgroupScan {
  package struct Found {
    /// The inode number of its directory: its id, on 64-bit kernels.
    package let id: UInt64
    /// 0: it is the root.
    package let parent: UInt64
    package let level: UInt32
    /// The last component of its path.
    package let name: [UInt8]
  }

  /// Cgroups that are told, and how deep they lie at most. The kernel allows any number; whoever may make them makes
  /// them at a price.
  package static let limit = 1 << 18
  package static let depthLimit: UInt32 = 64

  /// Some were left out: there were too many, or they lay too deep.
  package private(set) var isCut = false
  private var count = 0

  package init() {}

  /// - Parameters:
  ///   - path: where the hierarchy is mounted.
  ///   - body: called for each; one that is removed meanwhile may be told or not.
  /// - Throws: the hierarchy's root can't be read.
  package mutating func run(_ path: String, _ body: (Found) -> Void) throws(Errno) {
    var root = stat()
    guard stat(path, &root) == 0 else { throw Errno(rawValue: errno) }
    let first = Found(id: UInt64(root.st_ino), parent: 0, level: 0, name: [])
    body(first)
    var waiting = [(found: first, path: Array(path.utf8))]
    while let (found, path) = waiting.popLast() {
      guard found.level < Self.depthLimit else {
        isCut = true
        continue
      }
      for child in children(of: path, found) {
        count += 1
        guard count <= Self.limit else {
          isCut = true
          return
        }
        body(child)
        waiting.append((child, path + [UInt8(ascii: "/")] + child.name))
      }
    }
  }

  private func children(of path: [UInt8], _ parent: Found) -> [Found] {
    let name = path.map { CChar(bitPattern: $0) } + [0]
    guard let directory = opendir(name) else { return [] }
    defer { closedir(directory) }
    var children: [Found] = []
    while let entry = readdir(directory) {
      guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard name != [UInt8(ascii: ".")], name != Array("..".utf8) else { continue }
      children.append(Found(id: UInt64(entry.pointee.d_ino), parent: parent.id, level: parent.level + 1, name: name))
    }
    return children
  }
}
