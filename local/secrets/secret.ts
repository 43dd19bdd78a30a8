import { VersionStage } from './version-stage.ts';

/** One value of a secret. */
export type SecretVersion = {
  versionId: string;
  value: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
};

/**
 * A secret and its versions, by label. A new value becomes the current one, and what was current becomes the previous
 * one; a version without a label is gone.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export class Secret {
  readonly name: string;
  readonly arn: string;
  #current: SecretVersion;
  #previous: SecretVersion | undefined;

  constructor(name: string, arn: string, first: SecretVersion) {
    this.name = name;
    this.arn = arn;
    this.#current = first;
  }

  put(version: SecretVersion): void {
    this.#previous = this.#current;
    this.#current = version;
  }

  /** `undefined`: no version has this label. */
  at(stage: string): SecretVersion | undefined {
    if (stage === VersionStage.current) return this.#current;
    return stage === VersionStage.previous ? this.#previous : undefined;
  }

  /** The label of a version; `undefined` where there is no such version. */
  stageOf(versionId: string): string | undefined {
    return Object.values(VersionStage).find((stage) => this.at(stage)?.versionId === versionId);
  }
}
