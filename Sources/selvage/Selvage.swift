internal import ArgumentParser

@main
struct Selvage: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Watches programs and sockets on a node that many projects share.")
}
