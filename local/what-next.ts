import { createToken } from '../client/backend/create-token.ts';
import type { LocalStack } from './start.ts';

/** Returns the text that `npm start` prints: commands to paste, and how far browsers are trusted. */
export async function whatNext(stack: Pick<LocalStack, 'outputs' | 'secretValue'>): Promise<string> {
  const { WebSocketUrl, PushUrl, PageUrl, PushSecretName, TokenSecretName } = stack.outputs;
  const secret = PushSecretName === undefined ? undefined : stack.secretValue(PushSecretName);
  const curl = secret === undefined ? 'curl' : `curl -H 'Authorization: Bearer ${secret}'`;
  const message = '{"uid":"u1","hello":1}';
  const credential = TokenSecretName === undefined ? 'uid' : 'token';
  return `uidpush runs on this machine.

  A browser      ${PageUrl}  (or a WebSocket to ${WebSocketUrl} whose first message is its ${credential})
  Push to it     ${curl} -d '${message}' ${PushUrl}push
${textLine(stack, message)}  Push to all    ${curl} -d '{"hello":"all"}' ${PushUrl}broadcast
${secret === undefined ? '' : `  The secret     ${secret}  (${PushSecretName}, made anew at each start)\n`}  Stop           Ctrl-C

${
  TokenSecretName === undefined
    ? 'identity=claimed: anyone can claim any uid. That is for this machine and for trusted networks only.\n'
    : await aboutTokens(TokenSecretName, stack.secretValue(TokenSecretName))
}
`;
}

function textLine(
  { outputs, secretValue }: Pick<LocalStack, 'outputs' | 'secretValue'>,
  message: string,
): string {
  const { TextEndpoint, TextSecretName } = outputs;
  if (TextEndpoint === undefined) return '';
  const secret = TextSecretName === undefined ? '' : `{"secret":"${secretValue(TextSecretName)}"}\\n`;
  return `  or             printf '${secret}${message}\\n' | nc -q1 ${TextEndpoint.replace(/:(?=\d+$)/, ' ')}\n`;
}

async function aboutTokens(name: string, secret: string): Promise<string> {
  const token = await createToken({ uid: 'u1', secret, groups: ['*'] });
  return `identity=token: a browser proves its uid by a token. This one is for u1, for any group, and lasts an hour:

${token}

Send it as the first message of a WebSocket and you are u1: nothing is answered, every message that arrives is a push.
Or send this instead: it is answered, and what arrives comes in frames.

{"action":"register","token":"${token}"}

  More tokens    TOKEN_SECRET=${secret} php examples/token.php u2  (or python3 examples/token.py u2)
  Their secret   ${name}, made anew at each start
`;
}
