/// That a mount namespace was seen in a workload: a member of the lists of both.
struct MountSighting {
  var workload: Int32 = -1
  var table: Int32 = -1
  var nextOfWorkload: Int32 = -1
  var nextOfTable: Int32 = -1
  var previousOfTable: Int32 = -1
}
