import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { parseJson } from '../../protocol/json-text.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import type { Credentials } from './credentials.ts';
import { readBody } from './read-body.ts';

/** Credentials and when they expire, in milliseconds since 1970. */
export type Grant = { credentials: Credentials; expiresAt: number };

/** The agent can't answer now, and may a moment later: returned, and thrown when that has been waited for in vain. */
export class AgentBusyError extends Error {
  override readonly name = 'AgentBusyError';
}

/** The answer comes from the container's own host. */
const timeoutMs = 2_000;
const maxAnswerBytes = 65_536;

export function isInContainer(): boolean {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } = process.env;
  return Boolean(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || AWS_CONTAINER_CREDENTIALS_FULL_URI);
}

/**
 * Asks the agent of ECS or EKS once for the credentials of the container's role. No error has the token, or what was
 * answered.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function requestGrant(): Promise<Grant | AgentBusyError> {
  const url = agentUrl();
  const token = await agentToken();
  const response = await get(url, token === undefined ? {} : { authorization: token });
  if (response instanceof AgentBusyError) return response;
  const { status, body } = response;
  if (status === 429 || status >= 500) return new AgentBusyError(`The container's agent answered ${status}.`);
  const answer = v.safeParse(answerSchema, status === 200 ? parseJson(decodeUtf8(body) ?? '') : undefined);
  if (!answer.success) throw new Error(`The container's agent answered ${status} without credentials.`);
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = answer.output;
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token },
    expiresAt: Expiration,
  };
}

const answerSchema = v.object({
  AccessKeyId: v.string(),
  SecretAccessKey: v.string(),
  Token: v.string(),
  Expiration: v.pipe(
    v.string(),
    v.transform((time) => Date.parse(time)),
    v.number(),
  ),
});

async function get(
  url: URL,
  headers: Record<string, string>,
): Promise<{ status: number; body: Uint8Array } | AgentBusyError> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { headers, signal, redirect: 'error' });
    return { status: response.status, body: await readBody(response, maxAnswerBytes) };
  } catch (error) {
    return new AgentBusyError("The container's agent did not answer.", { cause: error });
  }
}

/** The file is read each time: EKS replaces what is in it. */
async function agentToken(): Promise<string | undefined> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file } = process.env;
  const token = file ? await readFile(file, 'utf8') : AWS_CONTAINER_AUTHORIZATION_TOKEN;
  if (!token) return undefined;
  const line = token.replace(/[\r\n]+$/, '');
  // `fetch` would refuse it too, and quote it in its error.
  if (!/^[ -~]+$/.test(line))
    throw new Error("The container agent's token has characters that no header can carry.");
  return line;
}

const ecsAgent = 'http://169.254.170.2';

/** Hosts that may be asked without TLS, beside 127.0.0.0/8: this one, and the agents of ECS and EKS. */
const plainHosts = ['localhost', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];

function agentUrl(): URL {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } = process.env;
  if (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) {
    // `.example.com/x` would make the agent's address another host's name.
    if (!AWS_CONTAINER_CREDENTIALS_RELATIVE_URI.startsWith('/'))
      throw new Error('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with /.');
    return parsed(
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
      `${ecsAgent}${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}`,
    );
  }
  const url = parsed('AWS_CONTAINER_CREDENTIALS_FULL_URI', AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '');
  const isHere = plainHosts.includes(url.hostname) || /^127(\.\d+){3}$/.test(url.hostname);
  if (url.protocol !== 'https:' && !isHere) {
    throw new Error('AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or on this host.');
  }
  return url;
}

function parsed(variable: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || url.username || url.password)
    throw new Error(`${variable} is not an address that can be asked.`);
  return url;
}
