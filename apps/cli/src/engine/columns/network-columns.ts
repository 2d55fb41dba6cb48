import { shortId } from "../names/short-id.ts";
import { createdAt } from "../words/created-at.ts";
import { labelText } from "../words/label-text.ts";
import type { Columns } from "./column.ts";

/** What docker network ls shows of a network, and chooses it by. */
export interface NetworkRow {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly ipv6: boolean;
  readonly internal: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether a container that runs is on it. */
  readonly inUse: boolean;
}

export type NetworkField = "CreatedAt" | "Driver" | "ID" | "IPv6" | "Internal" | "Labels" | "Name" | "Scope";

/** What docker network ls is asked to show. */
export interface NetworkListContext {
  /** `--no-trunc` */
  readonly wholeIds: boolean;
}

/** The fields of docker network ls (docker/cli, cli/command/network/formatter.go). */
export const NETWORK_COLUMNS: Columns<NetworkField, NetworkRow, NetworkListContext> = {
  CreatedAt: { header: "CREATED AT", value: ({ created }) => createdAt(created) },
  Driver: { header: "DRIVER", value: ({ driver }) => driver },
  ID: { header: "NETWORK ID", value: ({ id }, { wholeIds }) => (wholeIds ? id : shortId(id)) },
  IPv6: { header: "IPV6", value: ({ ipv6 }) => String(ipv6) },
  Internal: { header: "INTERNAL", value: ({ internal }) => String(internal) },
  Labels: { header: "LABELS", value: ({ labels }) => labelText(labels) },
  Name: { header: "NAME", value: ({ name }) => name },
  Scope: { header: "SCOPE", value: () => "local" },
};

/** The columns of `docker network ls`. */
export const NETWORK_LS_FIELDS: readonly NetworkField[] = ["ID", "Name", "Driver", "Scope"];
