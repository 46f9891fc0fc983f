internal import Glibc

/// What others wrote, where it lies beside the project.
package enum Corpus {
  /// - Parameter name: a folder, or a file in one.
  package static func path(_ name: String) -> String {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return "/\(root)/../shared/corpora/\(name)"
  }

  package static func isHere(_ name: String) -> Bool { access(path(name), R_OK) == 0 }
}
