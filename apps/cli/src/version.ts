import manifest from "../package.json" with { type: "json" };

/** What `wb --version` prints. */
export const versionText: string = `wb version ${manifest.version}\n`;
