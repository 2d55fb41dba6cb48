/**
 * The numbers of a list as the kernel writes those of processors and memory nodes, cpuset(7) "List format": `0-3,7`.
 *
 * @param most the largest number that the kernel can have
 * @throws RangeError for anything else: it names the field, and the part that is none
 */
export function parseNumberList(field: string, list: string, most: number): number[] {
  const numbers = new Set<number>();
  for (const part of list.split(",")) {
    const [, first, last = first] = /^\s*(\d{1,7})(?:-(\d{1,7}))?\s*$/u.exec(part) ?? [];
    if (first === undefined || last === undefined)
      throw new RangeError(`${field} is ${JSON.stringify(list)}: ${JSON.stringify(part)} is no number or range: 0-3,7`);
    if (Number(first) > Number(last))
      throw new RangeError(`${field} is ${JSON.stringify(list)}: the range ${part.trim()} ends before it begins`);
    if (Number(last) > most)
      throw new RangeError(`${field} is ${JSON.stringify(list)}: ${last} is above ${most}, the kernel's largest`);
    for (let number = Number(first); number <= Number(last); number += 1) numbers.add(number);
  }
  return [...numbers].toSorted((a, b) => a - b);
}

/** The bits of some numbers, as many `unsigned long` as they need. */
export function bitMask(numbers: readonly number[]): Uint8Array {
  const words = Math.floor(Math.max(0, ...numbers) / 64) + 1;
  const mask = new Uint8Array(words * 8);
  for (const number of numbers) {
    const byte = number >> 3;
    mask[byte] = (mask[byte] ?? 0) | (1 << (number & 7));
  }
  return mask;
}
