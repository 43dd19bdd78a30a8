import { describe, expect, test } from 'vitest';
import { Services } from '../../local/services.ts';

/** A service that notes when it is stopped. */
function noting(name: string, log: string[]) {
  return {
    stop: async () => {
      log.push(name);
    },
  };
}

describe('services', () => {
  test('are stopped in the reverse order of their start', async () => {
    const log: string[] = [];
    const services = new Services();
    await services.add(Promise.resolve(noting('table', log)));
    services.addStarted(noting('gateway', log));
    await services.stop();
    expect(log).toEqual(['gateway', 'table']);
  });

  test('that are still starting are stopped once they have started', async () => {
    const log: string[] = [];
    const services = new Services();
    let started = (_: ReturnType<typeof noting>) => {};
    void services.add(new Promise<ReturnType<typeof noting>>((resolve) => (started = resolve)));
    const stopped = services.stop();
    started(noting('table', log));
    await stopped;
    expect(log).toEqual(['table']);
  });

  test('that did not start keep none from being stopped', async () => {
    const log: string[] = [];
    const services = new Services();
    services.addStarted(noting('table', log));
    await expect(services.add(Promise.reject(new Error('no port')))).rejects.toThrow('no port');
    await services.stop();
    expect(log).toEqual(['table']);
  });

  test('that fail to stop keep none from being stopped, and are told', async () => {
    const log: string[] = [];
    const services = new Services();
    services.addStarted(noting('table', log));
    services.addStarted({ stop: () => Promise.reject(new Error('stuck')) });
    await expect(services.stop()).rejects.toMatchObject({ errors: [new Error('stuck')] });
    expect(log).toEqual(['table']);
  });

  test('are stopped once, however often that is asked for', async () => {
    const log: string[] = [];
    const services = new Services();
    services.addStarted(noting('table', log));
    await Promise.all([services.stop(), services.stop()]);
    expect(log).toEqual(['table']);
  });
});
