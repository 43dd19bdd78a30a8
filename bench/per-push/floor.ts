import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

/** The two signed requests of a push, made by hand and as plainly as Node allows: the least that a push can cost. */

const agent = new Agent({ keepAlive: true });
const { CONNECTIONS_URL = '', AWS_ENDPOINT_URL_DYNAMODB = '', TABLE_NAME } = process.env;
const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN = '', AWS_REGION = '' } = process.env;
const table = new URL(AWS_ENDPOINT_URL_DYNAMODB);
const connections = new URL(CONNECTIONS_URL);
const keys = new Map<string, Buffer>();

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function keyOf(scope: string[]): Buffer {
  const name = scope.join('/');
  const known = keys.get(name);
  if (known) return known;
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`) as Buffer;
  keys.set(name, key);
  return key;
}

function send(
  url: URL,
  path: string,
  canonicalPath: string,
  service: string,
  type: string,
  target: string,
  body: string,
) {
  const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const scope = [date.slice(0, 8), AWS_REGION, service, 'aws4_request'];
  const signed = `content-type;host;x-amz-date;x-amz-security-token${target && ';x-amz-target'}`;
  const canonical = `POST\n${canonicalPath}\n\ncontent-type:${type}\nhost:${url.host}\nx-amz-date:${date}\nx-amz-security-token:${AWS_SESSION_TOKEN}\n${target && `x-amz-target:${target}\n`}\n${signed}\n${sha256(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope.join('/')}\n${sha256(canonical)}`;
  const signature = createHmac('sha256', keyOf(scope)).update(toSign).digest('hex');
  const headers = {
    'content-type': type,
    host: url.host,
    'x-amz-date': date,
    'x-amz-security-token': AWS_SESSION_TOKEN,
    ...(target ? { 'x-amz-target': target } : {}),
    'content-length': Buffer.byteLength(body),
    authorization: `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope.join('/')}, SignedHeaders=${signed}, Signature=${signature}`,
  };
  return new Promise<string>((resolve, reject) => {
    const outgoing = request(
      { agent, host: url.hostname, port: url.port, method: 'POST', path, headers },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve(text));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Takes the event of a push, looks up its one connection, and posts to it. */
export async function handler(event: { body: string }): Promise<{ statusCode: number; body: string }> {
  const { uid } = JSON.parse(event.body);
  const query = JSON.stringify({
    TableName: TABLE_NAME,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :uid',
    FilterExpression: 'expiresAt > :now',
    ExpressionAttributeValues: {
      ':uid': { S: `uid#${uid}` },
      ':now': { N: String(Date.now() / 1_000) },
    },
  });
  const type = 'application/x-amz-json-1.0';
  const found = await send(table, '/', '/', 'dynamodb', type, 'DynamoDB_20120810.Query', query);
  const id = encodeURIComponent(JSON.parse(found).Items[0].sk.S.slice('connection#'.length));
  const path = `${connections.pathname}/@connections/${id}`;
  const canonicalPath = `${connections.pathname}/%40connections/${encodeURIComponent(id)}`;
  await send(connections, path, canonicalPath, 'execute-api', 'application/octet-stream', '', event.body);
  return { statusCode: 200, body: JSON.stringify({ uid, delivered: 1, gone: 0, failed: 0 }) };
}
