/// What is read of the API server's answers. It is asked for the metadata of objects alone, so their specifications
/// never come.
struct ObjectMetadata: Decodable, Sendable {
  var name: String
  var namespace: String?
  var uid: String
  var resourceVersion: String?
  var labels: [String: String]?
  var annotations: [String: String]?
}

struct ObjectList: Decodable {
  struct Metadata: Decodable {
    var resourceVersion: String?
    /// Of the next page.
    var `continue`: String?
  }
  struct Item: Decodable { var metadata: ObjectMetadata }

  var metadata: Metadata
  var items: [Item]
}

/// A line of a watch.
struct WatchEvent: Decodable {
  enum Change {
    /// It is there, as it is now.
    case present(ObjectMetadata)
    case gone(ObjectMetadata)
    /// Nothing, up to this version.
    case bookmark(String)
    case failure(ServerStatus)
  }

  var change: Change

  private enum CodingKeys: String, CodingKey { case type, object }
  private struct Bookmark: Decodable { var metadata: ObjectList.Metadata }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let type = try fields.decode(String.self, forKey: .type)
    switch type {
    case "ADDED", "MODIFIED": change = .present(try fields.decode(ObjectList.Item.self, forKey: .object).metadata)
    case "DELETED": change = .gone(try fields.decode(ObjectList.Item.self, forKey: .object).metadata)
    case "BOOKMARK":
      change = .bookmark(try fields.decode(Bookmark.self, forKey: .object).metadata.resourceVersion ?? "")
    case "ERROR": change = .failure(try fields.decode(ServerStatus.self, forKey: .object))
    default:
      throw DecodingError.dataCorruptedError(forKey: .type, in: fields, debugDescription: "no type of event")
    }
  }
}

/// What the server says instead of an answer.
struct ServerStatus: Decodable {
  var code: Int?
  var message: String?
}
