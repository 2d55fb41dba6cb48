export { library as default } from "../../tools/tsup.ts";
