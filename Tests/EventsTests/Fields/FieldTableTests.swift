@testable import Events
import Testing

@Suite struct FieldTableTests {
  @Test func everyFieldHasExactlyOneRow() {
    #expect(FieldTable.all.count == Field.allCases.count)
    #expect(Set(FieldTable.all.map(\.field)) == Set(Field.allCases))
  }

  /// Rows are found by raw value: a gap or a swap would give a field another's name.
  @Test func rowsStandAtTheirFieldsIndex() {
    for field in Field.allCases { #expect(FieldTable.byField[Int(field.rawValue)].field == field) }
    for field in Field.allCases { #expect(field.description.field == field) }
  }

  @Test func namesAreUnique() {
    #expect(Set(FieldTable.all.map(\.name)).count == FieldTable.all.count)
  }

  @Test(arguments: FieldTable.all.map(\.name)) func namesLookLikeNames(name: String) {
    #expect(name.contains("."))
    #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "." || $0 == "_") })
    #expect(!name.hasPrefix(".") && !name.hasSuffix(".") && !name.contains(".."))
    #expect(Field.named(name)?.description.name == name)
  }

  @Test func unknownNamesAreNone() {
    #expect(Field.named("proc.nam") == nil)
    #expect(Field.named("") == nil)
    #expect(Field.named("PROC.NAME") == nil)
  }

  @Test func everyRowSaysWhatItIsAndWhereItCanBe() {
    for row in FieldTable.all {
      #expect(!row.meaning.isEmpty && !row.meaning.contains("\n"))
      #expect(!row.kinds.isEmpty)
      #expect(EventKinds.all.isSuperset(of: row.kinds))
      // Only ancestors take an index.
      if case .index = row.argument { #expect(row.cardinality == .ancestors) }
    }
  }
}
