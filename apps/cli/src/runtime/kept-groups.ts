import type { CompleteSpec } from "../oci/complete-spec.ts";

/** crun's, which podman sets for `--group-add keep-groups`: with "1" the caller's supplementary groups stay, and no others come. */
export const KEEP_GROUPS_ANNOTATION = "run.oci.keep_original_groups";

/** Whether a process of the container has its caller's supplementary groups: files that are shared by a group stay in reach. */
export function keepsGroups({ annotations = {} }: Pick<CompleteSpec, "annotations">): boolean {
  return annotations[KEEP_GROUPS_ANNOTATION] === "1";
}
