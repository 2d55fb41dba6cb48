/**
 * How many columns of a terminal a text takes: two for a wide character of East Asia or an emoji (UAX #11), none for a
 * combining one. docker's tables are aligned by it, by way of go-runewidth.
 */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** Marks that combine, and characters that format or control. */
const NONE = /[\p{Mn}\p{Me}\p{Cc}\p{Cf}\u2028\u2029]/u;

/** Ranges of the property East_Asian_Width, values W and F. Of a flag's two letters each takes one column. */
const WIDE =
  /(?!\p{Regional_Indicator})\p{Emoji_Presentation}|[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
