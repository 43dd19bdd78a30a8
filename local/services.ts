/** Something that was started and must be stopped. */
export type Service = { stop(): Promise<void> };

/** Services that `start` started, to be stopped as one. If it fails half-way, what it has started is stopped first. */
export async function startServices<Started extends object>(
  start: (services: Services) => Promise<Started>,
): Promise<Started & Service> {
  const services = new Services();
  try {
    return { ...(await start(services)), stop: () => services.stop() };
  } catch (error) {
    await services.stop();
    throw error;
  }
}

/** Services started so far. Start and stop mirror each other, also when a start fails half-way. */
export class Services {
  readonly #started: Promise<Service>[] = [];
  #stopping: Promise<void> | undefined;

  /** Takes what is being started, from the first moment on, so that a stop never misses it. */
  add<Started extends Service>(starting: Promise<Started>): Promise<Started> {
    this.#started.push(starting);
    return starting;
  }

  /** The same for what is there at once. */
  addStarted<Started extends Service>(started: Started): Started {
    this.#started.push(Promise.resolve(started));
    return started;
  }

  /**
   * Stops everything in the reverse order, one after the other. What fails to stop keeps nothing else from being
   * stopped. Calling it again waits for the same end.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const starting of this.#started.toReversed()) {
      const [started] = await Promise.allSettled([starting]);
      // A service that didn't start has nothing to stop; the caller that started it has its error.
      if (started.status === 'rejected') continue;
      await started.value.stop().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw new AggregateError(errors, 'some services did not stop as they should');
  }
}
