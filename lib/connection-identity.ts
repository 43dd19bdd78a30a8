import { RemovalPolicy } from 'aws-cdk-lib';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EnvironmentVariable, Identity } from '../lambda/names.ts';
import { acknowledge } from './acknowledge.ts';
import type { Configuration } from './configuration.ts';

type IdentityConfiguration = Pick<
  Configuration,
  'identity' | 'tokenIssuer' | 'tokenAudience' | 'tokenJwksUrl' | 'revocation' | 'maxTokenSeconds'
>;

/**
 * How connections prove their uids: not at all, by an OpenID provider's tokens, or by tokens signed with a secret made
 * here.
 */
export class ConnectionIdentity extends Construct {
  /** The secret that the backend signs tokens with; absent where uids are claimed or a provider signs. */
  readonly secret: Secret | undefined;
  readonly #configuration: IdentityConfiguration;

  constructor(scope: Construct, id: string, configuration: IdentityConfiguration) {
    super(scope, id);
    this.#configuration = configuration;
    const isSigned = configuration.identity === Identity.token && configuration.tokenJwksUrl === undefined;
    if (isSigned) {
      this.secret = new Secret(this, 'TokenSecret', {
        description: 'What the backend signs browsers’ tokens with (HS256)',
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: RemovalPolicy.DESTROY,
      });
      acknowledge(
        this.secret,
        'SMG4',
        'A new value has to reach the backend that signs with it, which only its owner can do; the value before it stays valid meanwhile.',
      );
    }
  }

  /** Lets `fn` check credentials. */
  grantIdentify(fn: CdkFunction): void {
    const { identity, tokenIssuer, tokenAudience, tokenJwksUrl, revocation, maxTokenSeconds } =
      this.#configuration;
    fn.addEnvironment(EnvironmentVariable.identity, identity);
    fn.addEnvironment(EnvironmentVariable.tokenIssuer, tokenIssuer ?? '');
    fn.addEnvironment(EnvironmentVariable.tokenAudience, tokenAudience ?? '');
    fn.addEnvironment(EnvironmentVariable.tokenJwksUrl, tokenJwksUrl ?? '');
    if (revocation) fn.addEnvironment(EnvironmentVariable.maxTokenSeconds, String(maxTokenSeconds));
    if (this.secret) {
      this.secret.grantRead(fn);
      fn.addEnvironment(EnvironmentVariable.tokenSecretId, this.secret.secretArn);
    }
  }
}
