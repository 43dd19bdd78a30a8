// Receives events of presence as webhooks, and says who is online. It needs no package.
// WEBHOOK_SECRET=<secret> node examples/presence.mjs 9000
// curl http://127.0.0.1:9000/
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const key = Buffer.from((process.env.WEBHOOK_SECRET ?? '').replace(/^whsec_/, ''), 'base64');
if (key.length < 24)
  throw new Error('Set WEBHOOK_SECRET to the secret of the output PresenceWebhookSecretName.');

/** The event with the highest epoch of each uid. A service of several processes keeps it in its database. */
const latest = new Map();

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function isSigned(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Date.now() / 1_000 - Number(timestamp)) < 300)) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signatures.split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Events may come twice, and an old one after a newer one: the highest epoch is the truth. */
function receive({ uid, epoch, type }) {
  if (epoch <= (latest.get(uid)?.epoch ?? 0)) return;
  latest.set(uid, { epoch, isOnline: type === 'user.online' });
}

const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    const online = [...latest].filter(([, { isOnline }]) => isOnline).map(([uid]) => uid);
    return response.end(`${JSON.stringify({ online })}\n`);
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  if (!isSigned(request.headers, body)) return response.writeHead(401).end();
  receive(JSON.parse(body));
  response.writeHead(204).end();
});
server.listen(Number(process.argv[2] ?? 9000), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`);
});
