export { escapeLayer, overlay, type OverlayOptions } from "./overlay.ts";
export { mountOverlay, type OverlayMount } from "./mount-overlay.ts";
export { throwAwayOverlay, type ThrowAwayOptions, type ThrowAwayOverlay } from "./throw-away.ts";
