import { localCredentials } from '../local-credentials.ts';
import type { HttpRequest } from './event.ts';

/** `requestContext.authorizer` of a URL with `AWS_IAM`. */
export type Authorizer = {
  iam: {
    accessKey: string;
    accountId: string;
    callerId: string;
    cognitoIdentity: null;
    principalOrgId: null;
    userArn: string;
    userId: string;
  };
};

/** The account of every caller. */
export const callerAccountId = '123456789012';

/**
 * The access key that a request is signed with, in its header or its query; `undefined` when it is not signed. Whether
 * the signature is right is not looked at.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function accessKeyOf({
  target,
  rawHeaders,
}: Pick<HttpRequest, 'target' | 'rawHeaders'>): string | undefined {
  const name = rawHeaders.findIndex(
    (text, index) => index % 2 === 0 && text.toLowerCase() === 'authorization',
  );
  const header = name === -1 ? '' : rawHeaders[name + 1];
  const inHeader = /^AWS4-HMAC-SHA256 +Credential=([\w-]+)\//.exec(header ?? '')?.[1];
  const inQuery = /[?&]X-Amz-Credential=([\w-]+)(?:\/|%2F)/i.exec(target)?.[1];
  return inHeader ?? inQuery;
}

/** Returns the caller of a request, as a function receives it. No keys are known here, so all are of one user. */
export function authorizerOf(accessKey: string = localCredentials.accessKeyId): Authorizer {
  const userId = 'AIDALOCALLOCALLOCAL00';
  return {
    iam: {
      accessKey,
      accountId: callerAccountId,
      callerId: userId,
      cognitoIdentity: null,
      principalOrgId: null,
      userArn: `arn:aws:iam::${callerAccountId}:user/local`,
      userId,
    },
  };
}
