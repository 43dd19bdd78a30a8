import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import { MAX_TOKEN_BYTES } from '../../protocol/limits.ts';
import { uidProblem } from '../../protocol/uid.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import type { ValidValues } from '../secret/valid-values.ts';
import type { Identify, Proven, Refused } from './identity.ts';

/** Tolerance for clocks that differ: a token may begin this much later than now. Its end has none. */
const leewaySeconds = 30;

/** The latest time that a `Date` can have; a token may name a later one. */
const maxTimeMs = 8.64e15;

const symmetricAlgorithm = 'HS256';

/** Required claims of a token besides `sub` and `exp`; an absent one may have any value. */
export type TokenRules = {
  issuer?: string;
  audience?: string;
  /** Where tokens can be revoked: the most seconds from `iat`, which is required then, to `exp`. */
  maxLifeSeconds?: number;
};

/** Identifies by tokens signed with a secret (HS256) that is valid now. */
export function identifyBySecret(validSecrets: ValidValues, rules: TokenRules, now: () => number): Identify {
  return async (token) => {
    let outcome: Proven | Refused = frameError(FrameErrorCode.tokenSignature);
    await validSecrets.satisfy(async (secrets) => {
      outcome = await verifyByAny(token, secrets, rules, now);
      return !('code' in outcome) || outcome.code !== FrameErrorCode.tokenSignature;
    });
    return outcome;
  };
}

async function verifyByAny(
  token: string,
  secrets: readonly string[],
  rules: TokenRules,
  now: () => number,
): Promise<Proven | Refused> {
  let outcome: Proven | Refused = frameError(FrameErrorCode.tokenSignature);
  for (const secret of secrets) {
    const key = encodeUtf8(secret);
    outcome = await verify(token, async () => key, [symmetricAlgorithm], rules, now);
    if (!('code' in outcome) || outcome.code !== FrameErrorCode.tokenSignature) return outcome;
  }
  return outcome;
}

/** Identifies by tokens that an OpenID provider signed with one of its published keys. */
export function identifyByProvider(getKey: JWTVerifyGetKey, rules: TokenRules, now: () => number): Identify {
  return (token) => verify(token, getKey, ['RS256', 'ES256', 'EdDSA', 'Ed25519'], rules, now);
}

/** Whether the token says that it is signed with a secret. What it says decides only who checks it. */
export function isSymmetric(token: string): boolean {
  if (token.length > MAX_TOKEN_BYTES) return false;
  try {
    return decodeProtectedHeader(token).alg === symmetricAlgorithm;
  } catch {
    return false;
  }
}

async function verify(
  token: string,
  getKey: JWTVerifyGetKey,
  algorithms: string[],
  rules: TokenRules,
  now: () => number,
): Promise<Proven | Refused> {
  if (token.length > MAX_TOKEN_BYTES) return frameError(FrameErrorCode.tokenTooLarge);
  const { maxLifeSeconds, ...expected } = rules;
  const options: JWTVerifyOptions = {
    ...expected,
    // A fixed list: a token must not choose how it is checked. `none` is in no list.
    algorithms,
    requiredClaims: ['exp', 'sub', ...(maxLifeSeconds === undefined ? [] : ['iat'])],
    currentDate: new Date(now()),
    clockTolerance: leewaySeconds,
  };
  try {
    const { payload } = await jwtVerify(token, getKey, options);
    return provenBy(payload, maxLifeSeconds, now());
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { ...frameError(code), ...subjectOf(error) };
  }
}

/** The table counts whole seconds, so a token ends when the second in which it would end begins. */
function provenBy(
  { sub, exp, iat, groups, watch }: JWTPayload,
  maxLifeSeconds: number | undefined,
  now: number,
): Proven | Refused {
  if (typeof sub !== 'string' || exp === undefined || uidProblem(sub))
    return frameError(FrameErrorCode.tokenClaims);
  const expiresAt = Math.min(Math.floor(exp) * 1_000, maxTimeMs);
  if (expiresAt <= now) return { ...frameError(FrameErrorCode.tokenExpired), subject: sub };
  const claims = { ...(isPatterns(groups) && { groups }), ...(isPatterns(watch) && { watch }) };
  const proven = { uid: sub, expiresAt, ...claims };
  if (maxLifeSeconds === undefined) return proven;
  if (iat === undefined || exp - iat > maxLifeSeconds) {
    return {
      code: FrameErrorCode.tokenClaims,
      message: `the token needs an iat, and an exp at most ${maxLifeSeconds} seconds after it`,
      subject: sub,
    };
  }
  // A token from the future would outlive a revocation of today.
  if (iat > now / 1_000 + leewaySeconds) {
    return { ...frameError(FrameErrorCode.tokenNotYetValid), subject: sub };
  }
  return { ...proven, issuedAt: iat };
}

/** What is no array of texts is the claim of another service. */
function isPatterns(claim: unknown): claim is string[] {
  return Array.isArray(claim) && claim.every((pattern) => typeof pattern === 'string');
}

/** Claims are looked at when the signature has been found good. */
function subjectOf(error: unknown): Pick<Refused, 'subject'> {
  const isAboutClaims =
    error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed;
  const subject: unknown = isAboutClaims ? error.payload.sub : undefined;
  return typeof subject === 'string' ? { subject } : {};
}

/** Returns `undefined` for an error that the token is not the cause of. */
function codeOf(error: unknown): FrameErrorCode | undefined {
  if (error instanceof errors.JWTExpired) return FrameErrorCode.tokenExpired;
  if (error instanceof errors.JWTClaimValidationFailed) return codeOfClaim(error);
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return FrameErrorCode.tokenAlgorithm;
  }
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    // Two published keys fit, and the token has no key id that says which.
    error instanceof errors.JWKSMultipleMatchingKeys
  ) {
    return FrameErrorCode.tokenSignature;
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return FrameErrorCode.tokenMalformed;
  return undefined;
}

/** `reason` is `invalid` for a time that is not a number. */
function codeOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): FrameErrorCode {
  if (claim === 'nbf' && reason !== 'invalid') return FrameErrorCode.tokenNotYetValid;
  if (claim === 'aud') return FrameErrorCode.tokenAudience;
  if (claim === 'iss') return FrameErrorCode.tokenIssuer;
  return FrameErrorCode.tokenClaims;
}

/** For people; the code is for programs. Nothing of the token is repeated. */
const messages: Partial<Record<FrameErrorCode, string>> = {
  [FrameErrorCode.tokenTooLarge]: `a token may have ${MAX_TOKEN_BYTES} characters`,
  [FrameErrorCode.tokenMalformed]: 'the credential is not a JWT',
  [FrameErrorCode.tokenAlgorithm]: 'the token is signed in a way that is not accepted',
  [FrameErrorCode.tokenSignature]: 'the token is not signed with a valid key',
  [FrameErrorCode.tokenAudience]: 'the token is for another audience',
  [FrameErrorCode.tokenIssuer]: 'the token is by another issuer',
  [FrameErrorCode.tokenClaims]: 'the token needs a sub that is a uid, and an exp',
  [FrameErrorCode.tokenExpired]: 'the token has expired',
  [FrameErrorCode.tokenNotYetValid]: 'the token is not valid yet',
  [FrameErrorCode.tokenRevoked]: 'the token was revoked',
};

/** Whether the token is the cause of the refusal. */
export function isTokenRefusal({ code }: FrameError): boolean {
  return code in messages;
}

export function frameError(code: FrameErrorCode): FrameError {
  return { code, message: messages[code] ?? code };
}
