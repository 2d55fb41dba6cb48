import { ImageError } from "../image-error.ts";
import { formatReference, parseReference, withDefaultTag } from "../reference/image-reference.ts";

/** containerd's, which docker and BuildKit write: the whole name. */
export const IMAGE_NAME = "io.containerd.image.name";
/** OCI image-spec, annotations.md: the whole name (podman), a tag (docker, umoci), or what was asked for (skopeo). */
export const REF_NAME = "org.opencontainers.image.ref.name";

/**
 * The whole name of an image in a layout.
 *
 * @throws ImageError WB_IMAGE_REFERENCE for one that is none
 */
export function annotatedName(annotations: Readonly<Record<string, string>>): string | undefined {
  const name = annotations[IMAGE_NAME] ?? refName(annotations[REF_NAME]);
  if (name === undefined) return undefined;
  const reference = parseReference(name);
  if (reference.digest === undefined) return formatReference(withDefaultTag(reference));
  throw new ImageError("WB_IMAGE_REFERENCE", `the archive has an image with the name ${name}: a name has no digest`);
}

/** A tag alone names nothing. */
function refName(text: string | undefined): string | undefined {
  return text === undefined || !/[/:]|^[a-z\d]+$/.test(text) || text === "latest" ? undefined : text;
}
