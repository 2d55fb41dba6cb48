/** What is wrong with a value, in the words of Go, without where in the template. */
export class BadValue extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

Object.defineProperty(BadValue.prototype, "name", { value: "BadValue", configurable: true, writable: true });
