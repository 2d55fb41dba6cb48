/** The version of the OCI runtime-spec that wb follows, https://github.com/opencontainers/runtime-spec/releases. */
export const OCI_VERSION = "1.3.0";
