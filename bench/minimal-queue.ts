/** Somebody in it. */
interface Item {
  readonly id: string;
  readonly urgency: number;
  readonly order: number;
}

/** The least that serves by urgency, equals in the order they came: a binary heap and a count of who is at work. Nothing can be withdrawn or looked at. */
export class MinimalQueue {
  readonly #items: Item[] = [];
  readonly #slots: number;
  #busy = 0;
  #order = 0;

  constructor(slots: number) {
    this.#slots = slots;
  }

  add(id: string, urgency: number): void {
    const items = this.#items;
    const item = { id, urgency, order: this.#order };
    this.#order += 1;
    let place = items.length;
    items.push(item);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(item, items[parent]!)) break;
      items[place] = items[parent]!;
      place = parent;
    }
    items[place] = item;
  }

  start(): string | null {
    const items = this.#items;
    if (this.#busy >= this.#slots || items.length === 0) return null;
    this.#busy += 1;
    const { id } = items[0]!;
    const last = items.pop()!;
    if (items.length === 0) return id;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child += 1;
      if (child >= items.length || !before(items[child]!, last)) break;
      items[place] = items[child]!;
      place = child;
    }
    items[place] = last;
    return id;
  }

  end(): void {
    this.#busy -= 1;
  }
}

const before = (a: Item, b: Item) => a.urgency > b.urgency || (a.urgency === b.urgency && a.order < b.order);
