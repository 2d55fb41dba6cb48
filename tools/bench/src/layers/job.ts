/** A process of its own for what @wb/overlay does once: `apply ARCHIVE DIRECTORY`, `pack DIRECTORY ARCHIVE gzip|zstd`. */
import { applyLayer, packLayer } from "@wb/overlay";

const [what, source = "", target = "", compression] = process.argv.slice(2);
if (what === "apply") await applyLayer(source, target, { whiteouts: "overlay" });
else await packLayer(source, target, { compression: compression === "zstd" ? "zstd" : "gzip" });
