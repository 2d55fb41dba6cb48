/** What is wrong with a template, or with what it does to a value, in the words of Go's text/template. */
export class TemplateError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

Object.defineProperty(TemplateError.prototype, "name", { value: "TemplateError", configurable: true, writable: true });
