import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EnvironmentVariable, Identity } from '../lambda/names.ts';
import { GeneratedSecret } from './generated-secret.ts';

export type ConnectionIdentityProps = {
  identity: Identity;
  tokenIssuer: string | undefined;
  tokenAudience: string | undefined;
  tokenJwksUrl: string | undefined;
  revocation: boolean;
  maxTokenSeconds: number;
};

/**
 * How connections prove their uids: not at all, by an OpenID provider's tokens, or by tokens signed with a secret made
 * here.
 */
export class ConnectionIdentity extends Construct {
  /** The secret that the backend signs tokens with; absent where uids are claimed or a provider signs. */
  readonly secret: Secret | undefined;
  readonly #configuration: ConnectionIdentityProps;

  constructor(scope: Construct, id: string, configuration: ConnectionIdentityProps) {
    super(scope, id);
    this.#configuration = configuration;
    const isSigned = configuration.identity === Identity.token && configuration.tokenJwksUrl === undefined;
    if (isSigned) {
      this.secret = new GeneratedSecret(this, 'TokenSecret', {
        description: 'What the backend signs browsers’ tokens with (HS256)',
        length: 64,
        notRotatedBecause:
          'A new value has to reach the backend that signs with it, which only its owner can do; the value before it stays valid meanwhile.',
      });
    }
  }

  /** Lets `fn` check credentials. */
  grantIdentify(fn: CdkFunction): void {
    this.#setRules(fn);
    const { tokenJwksUrl, revocation, maxTokenSeconds } = this.#configuration;
    fn.addEnvironment(EnvironmentVariable.tokenJwksUrl, tokenJwksUrl ?? '');
    if (revocation) fn.addEnvironment(EnvironmentVariable.maxTokenSeconds, String(maxTokenSeconds));
    if (this.secret) grantRead(this.secret, fn, EnvironmentVariable.tokenSecretId);
  }

  /**
   * Lets `canary` prove uids of canaries to `checker`: by the secret of the backend, or where a provider signs, by one
   * of its own, which proves no other uid.
   */
  grantProveCanary(canary: CdkFunction, checker: CdkFunction): void {
    this.#setRules(canary);
    if (this.#configuration.identity === Identity.claimed) return;
    const secret = this.secret ?? this.#makeCanarySecret(checker);
    grantRead(secret, canary, EnvironmentVariable.tokenSecretId);
  }

  #makeCanarySecret(checker: CdkFunction): Secret {
    const secret = new GeneratedSecret(this, 'CanarySecret', {
      description: 'What the canary signs its tokens with (HS256)',
      length: 64,
      notRotatedBecause:
        'It proves the uids of canaries alone, and nobody reads it but two functions of this stack.',
    });
    grantRead(secret, checker, EnvironmentVariable.canarySecretId);
    return secret;
  }

  #setRules(fn: CdkFunction): void {
    const { identity, tokenIssuer, tokenAudience } = this.#configuration;
    fn.addEnvironment(EnvironmentVariable.identity, identity);
    fn.addEnvironment(EnvironmentVariable.tokenIssuer, tokenIssuer ?? '');
    fn.addEnvironment(EnvironmentVariable.tokenAudience, tokenAudience ?? '');
  }
}

function grantRead(secret: Secret, fn: CdkFunction, variable: string): void {
  secret.grantRead(fn);
  fn.addEnvironment(variable, secret.secretArn);
}
