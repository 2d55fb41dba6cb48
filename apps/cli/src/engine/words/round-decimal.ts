/**
 * A number with so many digits behind the point, as Go's fmt and strconv round: a half goes to the even digit, where
 * toFixed() takes the larger.
 */
export function roundDecimal(value: number, digits: number): string {
  // 20 digits tell a half from the doubles beside it.
  const exact = value.toFixed(20);
  const end = exact.indexOf(".") + 1 + digits;
  const isHalf = /^50*$/.test(exact.slice(end));
  const before = exact.slice(0, end).replace(/\.$/, "");
  return isHalf && Number(before.at(-1)) % 2 === 0 ? before : value.toFixed(digits);
}
