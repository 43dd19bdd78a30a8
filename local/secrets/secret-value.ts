import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { AwsJsonError } from '../aws-json/aws-json-error.ts';
import { parseInput } from '../aws-json/parse-input.ts';
import type { Secret, SecretVersion } from './secret.ts';
import { VersionStage } from './version-stage.ts';

/** Finds a secret by its name or its ARN. */
export type FindSecret = (secretId: string) => Secret | undefined;

const invalid = 'InvalidParameterException';

const getSchema = v.strictObject({
  SecretId: v.string(),
  VersionStage: v.optional(v.string(), VersionStage.current),
});
const putSchema = v.strictObject({
  SecretId: v.string(),
  SecretString: v.string(),
  ClientRequestToken: v.optional(v.string()),
});

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export function getSecretValue(input: unknown, find: FindSecret): object {
  const { SecretId, VersionStage: stage } = parseInput(getSchema, input, invalid);
  const secret = existing(find(SecretId));
  const version = secret.at(stage);
  if (!version) {
    const message = `Secrets Manager can't find the specified secret value for staging label: ${stage}`;
    throw new AwsJsonError('ResourceNotFoundException', message);
  }
  return {
    ...described(secret, version),
    SecretString: version.value,
    // Epoch seconds, as this protocol has all its times.
    CreatedDate: version.createdAt / 1_000,
  };
}

/**
 * Repeated with the same token and value it changes nothing.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function putSecretValue(input: unknown, find: FindSecret, now: number): object {
  const { SecretId, SecretString, ClientRequestToken = randomUUID() } = parseInput(putSchema, input, invalid);
  const secret = existing(find(SecretId));
  const stage = secret.stageOf(ClientRequestToken);
  const repeated = stage && secret.at(stage);
  if (repeated) {
    if (repeated.value === SecretString) return described(secret, repeated);
    throw new AwsJsonError('ResourceExistsException', 'There is a version with this token already.');
  }
  const version = { versionId: ClientRequestToken, value: SecretString, createdAt: now };
  secret.put(version);
  return described(secret, version);
}

function described(secret: Secret, { versionId }: SecretVersion): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: versionId,
    VersionStages: [secret.stageOf(versionId)],
  };
}

function existing(secret: Secret | undefined): Secret {
  if (!secret) {
    const message = "Secrets Manager can't find the specified secret.";
    throw new AwsJsonError('ResourceNotFoundException', message);
  }
  return secret;
}
