/// Names of error numbers, as `evt.res` shows them.
package enum ErrorName {
  /// Writes `SUCCESS` for 0, `ECONNREFUSED` for 111, the number for one without a name here.
  package static func write(_ number: Int64, to writer: inout ByteWriter) {
    switch number {
    case 0: writer.append("SUCCESS")
    case 1: writer.append("EPERM")
    case 4: writer.append("EINTR")
    case 11: writer.append("EAGAIN")
    case 12: writer.append("ENOMEM")
    case 13: writer.append("EACCES")
    case 22: writer.append("EINVAL")
    case 32: writer.append("EPIPE")
    case 71: writer.append("EPROTO")
    case 92: writer.append("ENOPROTOOPT")
    case 98: writer.append("EADDRINUSE")
    case 99: writer.append("EADDRNOTAVAIL")
    case 100: writer.append("ENETDOWN")
    case 101: writer.append("ENETUNREACH")
    case 102: writer.append("ENETRESET")
    case 103: writer.append("ECONNABORTED")
    case 104: writer.append("ECONNRESET")
    case 105: writer.append("ENOBUFS")
    case 110: writer.append("ETIMEDOUT")
    case 111: writer.append("ECONNREFUSED")
    case 112: writer.append("EHOSTDOWN")
    case 113: writer.append("EHOSTUNREACH")
    case 115: writer.append("EINPROGRESS")
    default:
      if number < 0 { writer.append(byte: UInt8(ascii: "-")) }
      writer.append(number.magnitude)
    }
  }
}
