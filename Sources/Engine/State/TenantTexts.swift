/// What fields tell of a tenant; the bytes are those of its ``CompiledTenancy``.
struct TenantTexts: BitwiseCopyable {
  let name: UnsafeRawBufferPointer
  let description: UnsafeRawBufferPointer
}
