import { join } from "node:path";
import type { ContainerInfo } from "../containers/container-info.ts";
import type { ContainerSize } from "../containers/container-size.ts";
import { graphDriverData } from "../images/graph-driver.ts";
import { hasNetworkFiles } from "../networks/network-file-mounts.ts";
import { rfc3339 } from "../words/rfc3339.ts";
import { configDocument } from "./config-document.ts";
import { hostConfigDocument } from "./host-config-document.ts";
import { mountsDocument } from "./mounts-document.ts";
import { networkDocument } from "./network-document.ts";
import { stateDocument } from "./state-document.ts";

/**
 * What docker inspect says of a container (moby, api/types, ContainerJSON), as far as there is such a thing here: there are no images with ids. Objects with keys of a user are Maps, as a template needs them.
 *
 * @param size with `--size`
 */
export function containerDocument(info: ContainerInfo, size?: ContainerSize): object {
  const { id, name, config, places, stored } = info;
  const { rootfs } = config.options;
  const [path, ...args] = config.options.command;
  const driver = "image" in rootfs ? "overlay2" : rootfs.overlay ? "overlay" : "";
  const fileOf = (file: string): string => (hasNetworkFiles(config.options) ? join(places.entry, file) : "");
  return {
    Id: id,
    Created: rfc3339(config.created),
    Path: path,
    Args: args,
    State: stateDocument(info),
    Image: "image" in rootfs ? rootfs.image : "",
    ResolvConfPath: fileOf("resolv.conf"),
    HostnamePath: fileOf("hostname"),
    HostsPath: fileOf("hosts"),
    LogPath: join(places.entry, "log"),
    Name: `/${name}`,
    RestartCount: stored.restarts,
    Driver: driver,
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: config.options.security.apparmor ?? "",
    ExecIDs: null,
    HostConfig: hostConfigDocument(info),
    GraphDriver: { Data: "image" in rootfs ? graphDriverData(rootfs.image, places.entry) : null, Name: driver },
    ...(size === undefined ? {} : { SizeRw: size.written, SizeRootFs: size.written + size.root }),
    Mounts: mountsDocument(config.options),
    Config: configDocument(info),
    NetworkSettings: networkDocument(info),
  };
}
