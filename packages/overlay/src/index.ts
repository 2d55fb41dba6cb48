export { detachedOverlay } from "./detached-overlay.ts";
export { overlay, type OverlayOptions } from "./overlay.ts";
export { escapeLayer, type OverlayLayers } from "./overlay-layers.ts";
export { mountOverlay, type OverlayMount } from "./mount-overlay.ts";
export { throwAwayOverlay, type ThrowAwayOptions, type ThrowAwayOverlay } from "./throw-away.ts";
