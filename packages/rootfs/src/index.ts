export { cgroupfs, type CgroupfsOptions, type CgroupMount } from "./cgroupfs.ts";
export { DEFAULT_DEVICES, type DeviceNode, type Owner } from "./device-node.ts";
export { boundDevice, deviceLinks, deviceNode } from "./device-places.ts";
export { defaultDev, detachedDev } from "./devices.ts";
export {
  bind,
  type BindOptions,
  devpts,
  mqueue,
  proc,
  type ReadonlyOptions,
  sysfs,
  tmpfs,
  type TmpfsOptions,
} from "./file-systems.ts";
export { closeTarget, openExisting, openTarget, ROOT, type TargetKind } from "./in-root.ts";
export { knownMountOptions } from "./known-mount-options.ts";
export { maskedPath, maskedPaths, readonlyPath } from "./masked-paths.ts";
export { attachMount, detachedMount, mount, type Mount, type MountStepOptions } from "./mount.ts";
export { parseMountOptions, type ParsedOptions } from "./mount-options.ts";
export { idmap } from "./mount-setattr.ts";
export { moveRoot } from "./move-root.ts";
export { finalPropagation, type RootPropagation, startPropagation } from "./root-propagation.ts";
export { type MountInfo, parseMountinfo, readMountinfo } from "./mountinfo.ts";
export { type NamespaceEntry, ownNamespaces } from "./own-namespaces.ts";
export {
  chroot,
  domainname,
  hostname,
  openRoot,
  pivotRoot,
  privatePropagation,
  readonlyMount,
  readonlyRoot,
  switchRoot,
  type SwitchRootOptions,
} from "./switch-root.ts";
export { SysctlError, type SysctlNamespace, type SysctlOptions, sysctlSteps } from "./sysctl.ts";
export { symbolicLink } from "./symbolic-link.ts";
