import type { Caller, ClientOptions, PostOptions } from '../../../lambda/aws/client-settings.ts';

// Takes the place of `lambda/aws/client-settings.ts`: clients as they are when nothing is said of them, with the same
// limits.

export type { Caller, ClientOptions, PostOptions };

export function clientSettings({ maxSockets = 50 }: ClientOptions = {}) {
  return { requestHandler: { httpAgent: { maxSockets }, httpsAgent: { maxSockets } } };
}

export function tableSettings(options?: ClientOptions) {
  return clientSettings(options);
}

/** Once each: what the SDK does by itself might show a message twice. */
export function postSettings({ endpoint, maxSockets, timeoutMs }: PostOptions) {
  return {
    endpoint,
    maxAttempts: 1,
    requestHandler: {
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}

export function withFastSettings<Client>(client: Client): Client {
  return client;
}
