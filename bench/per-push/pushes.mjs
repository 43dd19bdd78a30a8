// Runs in a process of its own: loads the handler in the file, pushes one message after the other, and writes the CPU time of each.
import { pathToFileURL } from 'node:url';

const [file = '', warmUps, pushes] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(file).href);
const event = {
  rawPath: '/push',
  rawQueryString: '',
  headers: { 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST' } },
  body: JSON.stringify({ uid: 'u1', text: 'x'.repeat(200) }),
  isBase64Encoded: false,
};
const context = {
  awsRequestId: 'request',
  invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:push',
  getRemainingTimeInMillis: () => 25_000,
};

/** @param {number} count */
async function push(count) {
  for (let done = 0; done < count; done++) {
    const { statusCode, body } = await handler(event, context);
    if (statusCode !== 200 || !body.includes('"delivered":1'))
      throw new Error(`A push was answered ${statusCode}.`);
  }
}

await push(Number(warmUps));
const before = process.cpuUsage();
await push(Number(pushes));
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / Number(pushes)), () => process.exit());
