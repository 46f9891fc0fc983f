/// A mount as the generator made it up.
struct PlainMount {
  let target: String
  let fileSystem: String

  static func all(_ random: inout Generator) -> [PlainMount] {
    (0..<random.below(4)).map { _ in
      PlainMount(target: Words.path(&random), fileSystem: random.element(["nfs4", "nfs", "ext4", "tmpfs"]))
    }
  }
}
