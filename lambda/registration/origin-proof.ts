import { ORIGIN_SECRET_HEADER } from '../names.ts';
import { type ReadValues, ValidValues } from '../secret/valid-values.ts';
import { type ConnectHeaders, headerOf } from './connect-header.ts';

/**
 * The proof that a connect came by CloudFront, which alone knows the secret: it sets the header in place of what a
 * browser sent by that name. The value before a rotation is valid, too, while CloudFront has it.
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
 */
export class OriginProof {
  readonly #validValues: ValidValues;

  constructor(secretId: string, read?: ReadValues) {
    this.#validValues = new ValidValues(secretId, read);
  }

  async isIn(headers: ConnectHeaders): Promise<boolean> {
    const secret = headerOf(headers, ORIGIN_SECRET_HEADER);
    return secret !== undefined && this.#validValues.includes(secret);
  }
}
