import { FrameErrorCode } from '../../protocol/frame-error.ts';
import { uidProblem } from '../../protocol/uid.ts';
import { maxTokenSecondsOfEnvironment, requireEnvironment } from '../environment.ts';
import { CANARY_UID_PREFIX, EnvironmentVariable, Identity } from '../names.ts';
import { type ReadValues, ValidValues } from '../secret/valid-values.ts';
import { type Identify, isProven } from './identity.ts';
import { providerKeys } from './provider-keys.ts';
import { frameError, identifyByProvider, identifyBySecret, isSymmetric, type TokenRules } from './token.ts';

/** Returns the check of credentials that the function's environment asks for. */
export function identification(readSecret?: ReadValues): Identify {
  if (requireEnvironment(EnvironmentVariable.identity) === Identity.claimed) return identifyByClaim;
  const rules = tokenRules();
  const jwksUrl = requireEnvironment(EnvironmentVariable.tokenJwksUrl);
  const bySecret = (secretId: string) =>
    identifyBySecret(new ValidValues(secretId, readSecret), rules, Date.now);
  if (jwksUrl === '') return bySecret(requireEnvironment(EnvironmentVariable.tokenSecretId));

  const byProvider = identifyByProvider(providerKeys(jwksUrl, Date.now), rules, Date.now);
  const canarySecretId = process.env[EnvironmentVariable.canarySecretId];
  return canarySecretId === undefined ? byProvider : alsoCanaries(byProvider, bySecret(canarySecretId));
}

/** No provider signs for a canary, so it has a secret of its own, which proves the uids of canaries and no other. */
function alsoCanaries(byProvider: Identify, bySecret: Identify): Identify {
  return async (token) => {
    if (!isSymmetric(token)) return byProvider(token);
    const outcome = await bySecret(token);
    const isUsers = isProven(outcome) && !outcome.uid.startsWith(CANARY_UID_PREFIX);
    return isUsers ? frameError(FrameErrorCode.tokenSignature) : outcome;
  };
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
