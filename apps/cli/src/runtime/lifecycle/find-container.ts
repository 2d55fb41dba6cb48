import { completeSpec, type CompleteSpec } from "../../oci/complete-spec.ts";
import { readJson } from "../../oci/validate/read-json.ts";
import { validateSpec } from "../../oci/validate/validate-spec.ts";
import { directoryOf, fileOf, readRecord } from "./container-files.ts";
import type { ContainerRecord, Status } from "./container-record.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { statusOf } from "./status.ts";

/** A container that somebody created, as it is now. */
export interface FoundContainer {
  readonly record: ContainerRecord;
  readonly status: Status;
}

/** @throws LifecycleError when there is none of that id, or none that was made to its end */
export function findContainer(root: string, id: string): FoundContainer {
  const record = readRecord(root, id);
  if (record === undefined) {
    throw new LifecycleError("WB_CONTAINER_STATE", "the container was not created to its end", {
      id,
      hint: `delete --force ${id} removes what is left of it`,
    });
  }
  return { record, status: statusOf(root, record) };
}

/** Its configuration, as it was when it was created. */
export function configOf(root: string, id: string): CompleteSpec {
  const path = fileOf(directoryOf(root, id), "config");
  return completeSpec(validateSpec(readJson(path, path), path), { cgroupsPath: `/${id}` });
}
