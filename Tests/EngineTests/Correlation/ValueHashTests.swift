import Testing

@testable import Engine

/// Against the vectors of SipHash's authors: 128 bits, the key 00 to 0f, the input 00, 01, ... of each length.
struct ValueHashTests {
  @Test(arguments: [
    (0, 0xe6a8_25ba_047f_81a3 as UInt64, 0x9302_55c7_1472_f66d as UInt64),
    (1, 0x44af_996b_d8c1_87da, 0x45fc_229b_1159_7634),
  ])
  func agreesWithItsAuthors(length: Int, high: UInt64, low: UInt64) {
    var hash = ValueHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    for byte in 0..<UInt8(length) { hash.append(byte: byte) }
    let identity = hash.identity()
    #expect(identity.high == high && identity.low == low, "\(String(identity.high, radix: 16)) \(String(identity.low, radix: 16))")
  }

  @Test func wordsAndBytesAreTheSame() {
    var words = ValueHash()
    words.append(0x0807_0605_0403_0201 as UInt64)
    words.append(byte: 9)
    var bytes = ValueHash()
    let nine: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    bytes.append(nine.span.bytes)
    #expect(words.identity() == bytes.identity())
  }
}
