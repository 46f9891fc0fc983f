/// What fields tell of a tenant; whoever sets it keeps the bytes.
struct TenantTexts: BitwiseCopyable {
  let name: UnsafeRawBufferPointer
  let description: UnsafeRawBufferPointer
}
