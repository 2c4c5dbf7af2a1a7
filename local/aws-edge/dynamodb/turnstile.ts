/** Lets work in together, or one alone: who comes while somebody wants to be alone waits until that one is through. */
export class Turnstile {
  readonly #inside = new Set<Promise<unknown>>();
  #alone: Promise<void> | undefined;

  async together<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    const working = work();
    this.#inside.add(working);
    try {
      return await working;
    } finally {
      this.#inside.delete(working);
    }
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#alone;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#alone = promise;
    await before;
    await Promise.allSettled(this.#inside);
    try {
      return await work();
    } finally {
      if (this.#alone === promise) this.#alone = undefined;
      resolve();
    }
  }
}
