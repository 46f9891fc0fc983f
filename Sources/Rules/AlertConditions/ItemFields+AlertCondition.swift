extension ItemFields {
  /// A condition over alerts; what is wrong with it is said with its place in the file.
  package func alertCondition(_ name: String, log: inout DiagnosticLog) -> AlertCondition? {
    guard let scalar = text(name, log: &log) else { return nil }
    do throws(AlertCondition.Failure) {
      return try AlertCondition(scalar.text)
    } catch {
      let place = ScalarPlaces.text(of: scalar, in: file, number: 0).place(at: error.offset)
      log.error(file.location(at: place.offset), error.message, hint: error.hint)
      return nil
    }
  }

  /// One text or several; none if there is no such key.
  package func oneOrMore(_ name: String, log: inout DiagnosticLog) -> [String] {
    let one = self[name]?.scalar?.isNull == false
    return one ? text(name, log: &log).map { [$0.text] } ?? [] : texts(name, log: &log) ?? []
  }
}
