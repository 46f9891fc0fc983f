internal import Glibc
internal import NIOCore
internal import NIOSSL
internal import SystemPackage
internal import Rules

/// The certificates of a sink, as their files have them. For one thread.
struct TLSFiles {
  private static let fileLimitBytes = 1 << 20

  /// The bytes of each file that is named.
  private struct Contents: Equatable {
    var authorities: [UInt8]?
    var certificate: [UInt8]?
    var key: [UInt8]?
  }

  private let settings: TLSSetting
  private let fingerprints: Set<CertificateFingerprint>
  private var contents = Contents()
  private var context: NIOSSLContext

  /// - Throws: ``DeliveryError/setting(_:)`` and ``DeliveryError/system(what:_:)`` for what can't be used.
  init(_ settings: TLSSetting) throws(DeliveryError) {
    guard (settings.certificate == nil) == (settings.key == nil) else {
      throw .setting("a certificate needs its key, and a key its certificate")
    }
    if let name = settings.serverName {
      guard !name.isEmpty, name.utf8.count <= 255, !name.utf8.contains(0), !Self.isAddress(name) else {
        throw .setting("a server's name is no address, and has 1 to 255 bytes, none of them zero")
      }
    }
    self.settings = settings
    var fingerprints: Set<CertificateFingerprint> = []
    for text in settings.fingerprints { fingerprints.insert(try CertificateFingerprint(text)) }
    self.fingerprints = fingerprints
    contents = try Self.read(settings)
    context = try Self.makeContext(contents, isPinnedOnly: Self.isPinnedOnly(settings))
  }

  /// Whether the files are others than those of the last context. A file that can't be read is none.
  func haveChanged() -> Bool {
    guard let now = try? Self.read(settings) else { return false }
    return now != contents
  }

  /// For the next connection; reads the files.
  mutating func context(for address: StreamAddress) throws(DeliveryError) -> TLSContext {
    let now = try Self.read(settings)
    if now != contents {
      context = try Self.makeContext(now, isPinnedOnly: Self.isPinnedOnly(settings))
      contents = now
    }
    let name = settings.serverName ?? address.host
    return TLSContext(
      context: context, serverName: Self.isAddress(name) ? nil : name, fingerprints: fingerprints,
      isPinnedOnly: Self.isPinnedOnly(settings))
  }

  private static func isPinnedOnly(_ settings: TLSSetting) -> Bool {
    settings.authorities == nil && !settings.fingerprints.isEmpty
  }

  private static func makeContext(_ contents: Contents, isPinnedOnly: Bool) throws(DeliveryError) -> NIOSSLContext {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    tls.shutdownTimeout = .seconds(1)
    do {
      if let authorities = contents.authorities {
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorities))
      }
      if let certificate = contents.certificate, let key = contents.key {
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificate).map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
      }
      return try NIOSSLContext(configuration: tls)
    } catch {
      throw .setting("the certificates can't be used: \(StreamFailure.text(error))")
    }
  }

  private static func read(_ settings: TLSSetting) throws(DeliveryError) -> Contents {
    Contents(
      authorities: try read(settings.authorities), certificate: try read(settings.certificate),
      key: try read(settings.key))
  }

  private static func read(_ path: String?) throws(DeliveryError) -> [UInt8]? {
    guard let path else { return nil }
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
      return try file.closeAfter {
        try Array(unsafeUninitializedCapacity: fileLimitBytes) { room, count in
          count = 0
          while count < room.count {
            let rest = UnsafeMutableRawBufferPointer(room)[count...]
            let read = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: rest))
            if read == 0 { break }
            count += read
          }
        }
      }
    } catch let error as Errno {
      throw .system(what: "read \(path)", error)
    } catch {
      throw .setting("\(path) can't be read")
    }
  }

  static func isAddress(_ host: String) -> Bool {
    var four = in_addr()
    var six = in6_addr()
    return inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
  }
}
