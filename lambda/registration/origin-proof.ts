import { isOneOf } from '../../protocol/secret.ts';
import { readValidValues } from '../aws/secret-source.ts';
import { ORIGIN_SECRET_HEADER } from '../names.ts';
import { cachedValidValues } from '../secret/valid-values.ts';
import { type ConnectHeaders, headerOf } from './connect-header.ts';

/**
 * Returns whether a connect came by CloudFront, which alone knows the secret: it sets the header in place of what a
 * browser sent by that name. `hasValid`: see `cachedValidValues`; the value before a rotation is valid, too, while
 * CloudFront has it.
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
 */
export function originProof(hasValid: (accepts: (values: readonly string[]) => boolean) => Promise<boolean>) {
  return async (headers: ConnectHeaders): Promise<boolean> => {
    const secret = headerOf(headers, ORIGIN_SECRET_HEADER);
    return secret !== undefined && hasValid((values) => isOneOf(secret, values));
  };
}

/** The same by the values of the secret with this id. */
export function originProofBySecret(secretId: string) {
  return originProof(cachedValidValues(() => readValidValues(secretId), Date.now));
}
