/// Why a call brought no answer.
enum RPCError: Error, Equatable {
  /// The server's own word: its status, and what it says to it.
  case status(Int, String)
  /// It took too long.
  case late
  /// There is no connection, or not any more.
  case lost(String)
  /// What came is no answer.
  case nonsense(String)

  /// Of gRPC's table.
  static let notFound = 5
}
