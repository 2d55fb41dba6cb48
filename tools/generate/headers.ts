/**
 * Reads the integer constants of C headers, with as much of the C preprocessor as the kernel's UAPI headers need:
 * `#include`, `#define`, `#if`, and enums.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate, type Macro, type Scope } from "./expression.ts";

/** Where the headers of an architecture are, and the macros that its compiler predefines. */
export interface Target {
  /** Searched in order, as `cc -I` does. */
  readonly include: readonly string[];
  readonly defines: Readonly<Record<string, string>>;
}

/** The headers of Debian's linux-libc-dev, or of linux-libc-dev-amd64-cross on another architecture. */
export const X64: Target = {
  include: ["/usr/include/x86_64-linux-gnu", "/usr/x86_64-linux-gnu/include", "/usr/include"],
  defines: { __x86_64__: "1", __LP64__: "1" },
};

/** The headers of Debian's linux-libc-dev on arm64, or of linux-libc-dev-arm64-cross on another architecture. */
export const ARM64: Target = {
  include: ["/usr/include/aarch64-linux-gnu", "/usr/aarch64-linux-gnu/include", "/usr/include"],
  defines: { __aarch64__: "1", __LP64__: "1" },
};

/** 32-bit programs on x86-64: the headers of {@link X64}. */
export const X86: Target = { include: X64.include, defines: { __i386__: "1" } };

/** The x32 ABI of x86-64: the headers of {@link X64}. */
export const X32: Target = { include: X64.include, defines: { __x86_64__: "1", __ILP32__: "1" } };

/** 32-bit ARM with the EABI: the headers of Debian's linux-libc-dev-armhf-cross. */
export const ARM: Target = {
  include: ["/usr/arm-linux-gnueabihf/include"],
  defines: { __arm__: "1", __ARM_EABI__: "1" },
};

/** The path of a header, or undefined where the target's package is not installed. */
export function findHeader(target: Target, header: string): string | undefined {
  return target.include.map((directory) => join(directory, header)).find((path) => existsSync(path));
}

/** The kernel that a target's headers come from, as linux/version.h has it: `6.1`; undefined without headers. */
export function kernelVersion(target: Target): string | undefined {
  if (findHeader(target, "asm/unistd.h") === undefined) return undefined;
  const version = readConstants(target, ["linux/version.h"]);
  return `${version.get("LINUX_VERSION_MAJOR")}.${version.get("LINUX_VERSION_PATCHLEVEL")}`;
}

/**
 * Every integer constant that some headers and the kernel headers they include define, by name.
 *
 * @throws Error when a header is missing
 */
export function readConstants(target: Target, headers: readonly string[]): Map<string, bigint> {
  const unit = new Unit(target);
  for (const header of headers) unit.include(header);
  return unit.constants();
}

/** A branch of an `#if`. */
interface Branch {
  /** Whether its lines count. */
  active: boolean;
  /** Whether it, or one before it of the same `#if`, was active. */
  taken: boolean;
}

/** One translation unit: the macros so far, and the text that is left when the directives are taken out. */
class Unit implements Scope {
  readonly #target: Target;
  readonly #macros: Map<string, Macro>;
  readonly #enumerators = new Map<string, bigint>();
  #text = "";

  constructor(target: Target) {
    this.#target = target;
    this.#macros = new Map(Object.entries(target.defines).map(([name, body]) => [name, { parameters: [], body }]));
  }

  include(header: string): void {
    const path = findHeader(this.#target, header);
    if (path === undefined) throw new Error(`${header} is not in ${this.#target.include.join(", ")}`);
    const branches: Branch[] = [];
    for (const line of logicalLines(readFileSync(path, "utf8"))) {
      const [, directive = "", rest = ""] = /^\s*#\s*(\w+)\s*(.*)$/.exec(line) ?? [];
      if (/^(?:if|elif|else|endif)/.test(directive)) this.#branch(branches, directive, rest.trim());
      else if (branches.every(({ active }) => active)) this.#line(line, directive, rest.trim());
    }
  }

  constants(): Map<string, bigint> {
    this.#readEnums();
    const constants = new Map(this.#enumerators);
    for (const [name, { parameters }] of this.#macros) {
      const value = parameters.length === 0 ? this.constant(name) : undefined;
      if (value !== undefined) constants.set(name, value);
    }
    return constants;
  }

  constant(name: string): bigint | undefined {
    const body = this.#macros.get(name)?.body;
    // `#define WEXITED WEXITED` is how some headers let #ifdef see an enumerator.
    if (body === undefined || body === name) return this.#enumerators.get(name);
    return this.#evaluate(body);
  }

  macro(name: string): Macro | undefined {
    return this.#macros.get(name);
  }

  #branch(branches: Branch[], directive: string, condition: string): void {
    if (directive === "endif") {
      branches.pop();
    } else if (directive.startsWith("if")) {
      const active = branches.every((branch) => branch.active) && this.#holds(directive, condition);
      branches.push({ active, taken: active });
    } else {
      const { taken = true } = branches.pop() ?? {};
      const active = !taken && branches.every((branch) => branch.active) && this.#holds(directive, condition);
      branches.push({ active, taken: taken || active });
    }
  }

  #holds(directive: string, condition: string): boolean {
    if (directive === "else") return true;
    if (directive === "ifdef") return this.#macros.has(condition);
    if (directive === "ifndef") return !this.#macros.has(condition);
    const expression = condition.replaceAll(/\bdefined\b\s*\(?\s*(\w+)\s*\)?/g, (_, name: string) =>
      this.#macros.has(name) ? "1" : "0",
    );
    // What has no value is 0 in a condition; the C library's own macros are not read.
    const scope: Scope = {
      constant: (name) => this.constant(name) ?? 0n,
      macro: (name) => this.macro(name) ?? { parameters: [], body: "0" },
    };
    return evaluate(expression, scope) !== 0n;
  }

  #line(line: string, directive: string, rest: string): void {
    if (directive === "") {
      this.#text += `${line}\n`;
    } else if (directive === "define") {
      const [, name = "", parameters = "", body = ""] = /^(\w+)(?:\(([^)]*)\))?\s*(.*)$/.exec(rest) ?? [];
      this.#macros.set(name, {
        parameters: parameters
          .split(",")
          .map((parameter) => parameter.trim())
          .filter(Boolean),
        body,
      });
    } else if (directive === "undef") {
      this.#macros.delete(rest);
    } else if (directive === "include") {
      // Only the kernel's: the C library's need more of the preprocessor.
      const [, header = ""] = /^<((?:linux|asm|asm-generic)\/[^>]+)>/.exec(rest) ?? [];
      if (header !== "" && findHeader(this.#target, header) !== undefined) this.include(header);
    }
  }

  #readEnums(): void {
    for (const [, body = ""] of this.#text.matchAll(/\benum\b[^{};]*\{([^}]*)\}/g)) {
      let next: bigint | undefined = 0n;
      for (const enumerator of body.split(",")) {
        const [name = "", expression] = enumerator.split("=").map((part) => part.trim());
        if (expression !== undefined) next = this.#evaluate(expression);
        if (name === "" || next === undefined) continue;
        this.#enumerators.set(name, next);
        next += 1n;
      }
    }
  }

  #evaluate(expression: string): bigint | undefined {
    try {
      return evaluate(expression, this);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}

function logicalLines(source: string): string[] {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\//g, " ")
    .replaceAll(/\\\n/g, " ")
    .replaceAll(/\/\/.*$/gm, "")
    .split("\n");
}
