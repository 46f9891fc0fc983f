/// A field that rules ask for and alerts show. ``description`` says what it is: one table for the rule compiler,
/// the engine, `selvage fields` and the docs.
package enum Field: UInt8, CaseIterable, Hashable, Sendable, BitwiseCopyable {
  case eventNumber, eventTime, eventRawTime, eventType, eventResult, eventRawResult, eventHostname

  case processID, parentID, innerID, sessionID, threadID
  case processName, processExe, processExePath, processArgs, processCommandLine, processExeLine
  case processArgumentCount, processCommandLength, processCwd, processEnvironment, processTTY
  case processScript, processInterpreter
  case parentName, parentExe, parentExePath, parentCommandLine, parentExeLine
  case ancestorName, ancestorID, ancestorExe, ancestorExePath, ancestorCommandLine
  case sessionName, sessionExe, sessionExePath
  case processDuration, parentDuration, isSessionLeader
  case isMemfd, isUnlinked, isUpperLayer, isLowerLayer, isExeWritable, isSetUID, isSetGID
  case exeInode, exeDevice, exeMode, exeUID, exeGID
  case stdinType, stdoutType, stderrType, stdinName, stdoutName, stderrName
  case exitCode, exitSignal
  case capEffective, capPermitted
  case namespaceCgroup, namespaceIPC, namespaceMount, namespaceNet, namespacePID, namespaceUser, namespaceUTS
  case cgroupID

  case userID, realUserID, loginUserID, groupID, realGroupID

  case fdName, fdType, fdTypeChar, fdProtocol, fdFamily
  case fdIP, fdNet, fdPort
  case clientIP, clientNet, clientPort, serverIP, serverNet, serverPort
  case localIP, localNet, localPort, remoteIP, remoteNet, remotePort
  case isServer, socketType, socketCookie, socketNamespace, socketDuration

  case tenantName, tenantDescription
  case workloadKind, workloadID, workloadName, workloadCgroup, workloadIdentity
  case mountSources, mountTargets, mountFileSystems, mountOptions
  case slurmJob, slurmStep, slurmUser, slurmAccount, slurmPartition, slurmNodes
  case containerID, containerFullID, containerName, containerType
  case containerImage, imageRepository, imageTag, imageDigest, imageID
  case isPrivileged, usesHostPIDs, usesHostIPC, usesHostNetwork
  case containerLabels, containerLabel
  case containerMounts, containerMount, containerMountSource, containerMountTarget, containerMountMode
  case containerMountIsWritable, containerMountPropagation
  case containerIP, containerStart, containerDuration, healthCheck, livenessProbe, readinessProbe
  case podName, podUID, podID, podSandboxID, podFullSandboxID, podIP, podLabels, podLabel, podAnnotation
  case namespaceName, namespaceProject, namespaceLabel, namespaceAnnotation
}

/// How a field's value is compared and shown.
package enum FieldType: String, Sendable, BitwiseCopyable {
  /// Bytes, compared byte for byte.
  case string
  case integer
  case boolean
  /// An IPv4 or IPv6 address, compared with addresses and networks.
  case address
  /// A port number; rules may write a service's name.
  case port
}

/// What stands in brackets after a field's name.
package enum FieldArgument: Sendable {
  case none
  /// A number that may be left out, and then means any: `proc.aname[2]`.
  case index
  /// A name, or a joined list of all when left out: `proc.env[LD_PRELOAD]`.
  case key
  /// A name: `k8s.pod.label[app]`, or for most `k8s.pod.label.app`.
  case requiredKey
}

/// How many values a field has for one event, and what a comparison asks of them.
package enum FieldCardinality: Sendable, BitwiseCopyable {
  case one
  /// Both ends of a socket: `=` and `in` hold if either does, `!=` if neither is equal.
  case ends
  /// Every ancestor without an index, one with: holds if any does.
  case ancestors
  /// Several texts: `in` holds if each of them is one of the constants, all else if it does for any; absent when there
  /// are none.
  case list
}

package struct FieldDescription: Sendable {
  package let field: Field
  /// As rules write it: `proc.name`.
  package let name: String
  package let type: FieldType
  package let argument: FieldArgument
  package let cardinality: FieldCardinality
  /// The kinds of event that can have it; absent for all others.
  package let kinds: EventKinds
  /// One line for people.
  package let meaning: String
}

extension Field {
  /// The table's row.
  package var description: FieldDescription { FieldTable.byField[Int(rawValue)] }

  /// Where rules write `name`, without brackets. nil: no such field.
  package static func named(_ name: some StringProtocol) -> Field? { FieldTable.byName[String(name)] }
}
