/** What a container knows of its image. */
export interface ImageOf {
  /** As it was asked for. */
  readonly image: string;
  /** `sha256:` and 64 hexadecimal digits; empty where there is no image. */
  readonly imageId: string;
}

/** Whether `ancestor=` means a container's image: `debian`, `docker.io/library/debian:latest`, or the beginning of its id. */
export function isOfImage(value: string, { image, imageId }: ImageOf): boolean {
  if (value === "") return false;
  if (fullName(value) === fullName(image)) return true;
  const digits = value.replace(/^sha256:/, "");
  return /^[0-9a-f]+$/.test(digits) && imageId.replace(/^sha256:/, "").startsWith(digits);
}

/** Without what docker leaves out of names, and with the tag that is meant where there is none. */
function fullName(name: string): string {
  const short = name.replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, "");
  return /[:@][^/]*$/.test(short) ? short : `${short}:latest`;
}
