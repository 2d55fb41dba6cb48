import type { Step } from "./program.ts";

interface Place {
  readonly step: Step;
  /** Bytes from the table's start. */
  readonly offset: number;
}

/** The labels of a Program and where they are: a name may stand once in each Step. */
export class Labels {
  readonly #places = new Map<string, Place[]>();

  /** @throws TypeError for a name that stands twice in a Step */
  set(label: string, place: Place): void {
    const places = this.#places.get(label) ?? [];
    if (places.some(({ step }) => step === place.step))
      throw new TypeError(`the label ${label} stands twice in the step: ${place.step.label}`);
    this.#places.set(label, [...places, place]);
  }

  /**
   * The offset of the label of the same Step, or else of the only one of the Program.
   *
   * @throws TypeError for a name that stands nowhere, or in several other Steps
   */
  offsetOf(label: string, step?: Step): number {
    const places = this.#places.get(label) ?? [];
    const place = places.find((candidate) => candidate.step === step) ?? places[0];
    if (place === undefined) throw new TypeError(`no label ${label} in this Program`);
    if (place.step !== step && places.length > 1)
      throw new TypeError(`the label ${label} stands in more than one step`);
    return place.offset;
  }
}
