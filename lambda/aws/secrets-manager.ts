import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientSettings } from './client-settings.ts';

const secretsManager = new SecretsManagerClient(clientSettings());

/** Returns the value that has a label; `undefined` when no version has it, as before the first rotation. */
export async function readVersion(secretId: string, label: string): Promise<string | undefined> {
  try {
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: label });
    return (await secretsManager.send(command)).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
