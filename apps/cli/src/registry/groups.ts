/** docker's management commands. One whose commands nobody has written yet is not offered. */
export const GROUPS: Readonly<Record<string, { readonly summary: string }>> = {
  builder: { summary: "Manage builds" },
  container: { summary: "Manage containers" },
  image: { summary: "Manage images" },
  network: { summary: "Manage networks" },
  system: { summary: "Manage wb" },
  volume: { summary: "Manage volumes" },
};
