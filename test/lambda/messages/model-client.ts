type Frame =
  | { type: 'registered'; latest: number }
  | { type: 'message'; id: string; seq: number; data: unknown }
  | { type: 'replayed'; through: number; latest: number; gap?: true };

/** The least that a client must do so that it shows each stored message once, in order. */
export class ModelClient {
  /** The number of the last message that was shown, or that is known to be lost. */
  last = 0;
  isRegistered = false;
  gaps = 0;
  readonly shown: { seq: number; id: string }[] = [];
  readonly #held = new Map<number, string>();

  /** Takes a frame; whether a replay is to be asked for. */
  receive(text: string): boolean {
    const frame: Frame = JSON.parse(text);
    if (frame.type === 'registered') this.isRegistered = true;
    if (frame.type === 'message' && frame.seq > this.last) this.#held.set(frame.seq, frame.id);
    if (frame.type === 'replayed') {
      if (frame.gap) this.gaps++;
      this.#showThrough(frame.through);
    }
    this.#showWhatFollows();
    const hasHole = this.#held.size > 0;
    return hasHole || (frame.type === 'replayed' && frame.through < frame.latest);
  }

  #showThrough(through: number): void {
    for (const seq of [...this.#held.keys()].sort((one, other) => one - other)) {
      if (seq <= through) this.#show(seq);
    }
    this.last = Math.max(this.last, through);
  }

  #showWhatFollows(): void {
    while (this.#held.has(this.last + 1)) this.#show(this.last + 1);
  }

  #show(seq: number): void {
    this.shown.push({ seq, id: this.#held.get(seq) ?? '' });
    this.#held.delete(seq);
    this.last = seq;
  }
}
