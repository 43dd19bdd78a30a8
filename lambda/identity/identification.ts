import { FrameErrorCode } from '../../protocol/frame-error.ts';
import { uidProblem } from '../../protocol/uid.ts';
import { maxTokenSecondsOfEnvironment, requireEnvironment } from '../environment.ts';
import { EnvironmentVariable, Identity } from '../names.ts';
import { cachedValidValues } from '../secret/valid-values.ts';
import type { Identify } from './identity.ts';
import { providerKeys } from './provider-keys.ts';
import { identifyByProvider, identifyBySecret, type TokenRules } from './token.ts';

/**
 * Returns the check of credentials that the function's environment asks for. `readSecret`: reads the values of a secret
 * that are valid now.
 */
export function identification(readSecret: (secretId: string) => Promise<string[]>): Identify {
  if (requireEnvironment(EnvironmentVariable.identity) === Identity.claimed) return identifyByClaim;
  const rules = tokenRules();
  const jwksUrl = requireEnvironment(EnvironmentVariable.tokenJwksUrl);
  if (jwksUrl !== '') return identifyByProvider(providerKeys(jwksUrl, Date.now), rules, Date.now);

  const secretId = requireEnvironment(EnvironmentVariable.tokenSecretId);
  return identifyBySecret(
    cachedValidValues(() => readSecret(secretId), Date.now),
    rules,
    Date.now,
  );
}

/** The credential is the uid: anyone can be anyone. */
const identifyByClaim: Identify = async (credential) => {
  const problem = uidProblem(credential);
  return problem ? { code: FrameErrorCode.unusableUid, message: `found ${problem}` } : { uid: credential };
};

function tokenRules(): TokenRules {
  const issuer = requireEnvironment(EnvironmentVariable.tokenIssuer);
  const audience = requireEnvironment(EnvironmentVariable.tokenAudience);
  const maxLifeSeconds = maxTokenSecondsOfEnvironment();
  return {
    ...(issuer === '' ? {} : { issuer }),
    ...(audience === '' ? {} : { audience }),
    ...(maxLifeSeconds !== undefined && { maxLifeSeconds }),
  };
}
