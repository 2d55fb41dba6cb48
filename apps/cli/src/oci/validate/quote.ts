const LONGEST = 60;

/** A value of a JSON document for an error: as JSON, shortened, in one line. */
export function quote(json: unknown): string {
  if (typeof json === "bigint") return `${json}`;
  if (Array.isArray(json)) return json.length === 0 ? "[]" : "[…]";
  if (typeof json === "object" && json !== null) return "{…}";
  if (typeof json !== "string") return String(json);
  return JSON.stringify(json.length > LONGEST ? `${json.slice(0, LONGEST).toWellFormed()}…` : json);
}
