export { warn } from "../../warn.ts";
