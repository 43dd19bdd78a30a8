import type { Picture } from './drawing.ts';

/** The parts and their folders. The numbers from 1 to 8 are those of the ways in `flows.ts`. */
export const architecture: Picture = {
  size: [960, 590],
  title: 'The parts of uidpush and their folders',
  description:
    'Browsers hold WebSockets to API Gateway, whose routes call the connect, register and disconnect ' +
    'functions; these keep the connections in DynamoDB. A backend posts to the push function, or a ' +
    'program sends lines over TCP to the text service, which posts them. The push function stores the ' +
    'message if it has a TTL, looks the connections of the uid up and posts to each through API ' +
    'Gateway, which sends the message. The answer goes back. Broadcasts go through a queue to workers, ' +
    'which read the connections page by page and post at a bounded pace. All functions write log lines ' +
    'to CloudWatch.',
  headings: [
    { at: [20, 30], way: 'registration', text: 'Registration' },
    { at: [20, 318], way: 'push', text: 'Push and answer' },
  ],
  boxes: [
    {
      at: [20, 54],
      size: [132, 102],
      kind: 'own',
      name: 'browsers',
      notes: ['of a uid'],
      folders: ['client/browser'],
      isMany: true,
    },
    {
      at: [290, 46],
      size: [176, 110],
      kind: 'aws',
      name: 'API Gateway',
      notes: ['routes by action'],
      folders: ['lib/websocket-gateway'],
    },
    {
      at: [576, 46],
      size: [168, 110],
      kind: 'aws',
      name: ['connect, register,', 'disconnect'],
      folders: ['lambda/registration', 'lambda/identity'],
    },
    {
      at: [824, 46],
      size: [116, 386],
      kind: 'table',
      name: 'DynamoDB',
      notes: ['connections', 'messages', 'requests', 'broadcasts'],
      folders: ['lambda/aws'],
    },
    { at: [576, 206], size: [168, 76], kind: 'aws', name: 'queue, workers', folders: ['lambda/broadcast'] },
    {
      at: [20, 334],
      size: [140, 98],
      kind: 'own',
      name: 'backend',
      notes: ['any language'],
      folders: ['client/backend'],
    },
    {
      at: [576, 334],
      size: [168, 232],
      kind: 'aws',
      name: 'push',
      notes: ['behind a function URL'],
      folders: ['lambda/http', 'lambda/push', 'lambda/messages'],
    },
    { at: [20, 472], size: [140, 94], kind: 'own', name: 'program', notes: ['one JSON per line'] },
    {
      at: [290, 472],
      size: [176, 94],
      kind: 'aws',
      name: 'text service',
      notes: ['NLB, Fargate: text=true'],
      folders: ['text, lib/text-*'],
      isOptional: true,
    },
    {
      at: [824, 472],
      size: [116, 94],
      kind: 'aws',
      name: 'CloudWatch',
      folders: ['lib/monitoring'],
      isOptional: true,
    },
  ],
  arrows: [
    { way: 'registration', points: '160,74 290,74', number: 1, label: 'register' },
    { way: 'registration', points: '466,74 576,74', number: 2, label: 'by route' },
    { way: 'registration', points: '744,98 824,98', number: 3, label: 'two rows' },
    {
      way: 'push',
      points: '160,378 576,378',
      number: 4,
      numberAt: [240, 378],
      label: 'POST /push',
      isCode: true,
    },
    { way: 'push', points: '160,498 290,498', number: 4, label: 'a line over TCP' },
    { way: 'push', points: '466,498 576,498', number: 4, label: 'NDJSON' },
    { way: 'push', points: '744,388 824,388', number: 5, label: ['stores,', 'looks up'] },
    {
      way: 'push',
      points: '576,352 336,352 336,156',
      number: 6,
      numberAt: [458, 352],
      label: 'posts to each connection',
    },
    { way: 'push', points: '290,128 152,128', number: 7, label: 'the same JSON' },
    {
      way: 'answer',
      points: '576,420 160,420',
      number: 8,
      label: '{"uid":"u1","delivered":2,"gone":0,"failed":0}',
      isCode: true,
    },
    { way: 'answer', points: '576,542 466,542', number: 8, label: 'answers' },
    { way: 'answer', points: '290,542 160,542', number: 8, label: 'ok or fail' },
    {
      way: 'push',
      points: '660,334 660,282',
      number: 9,
      label: 'POST /broadcast',
      labelSide: 'right',
      isCode: true,
    },
    { way: 'push', points: '744,244 824,244', number: 10, label: 'pages' },
    {
      way: 'push',
      points: '576,244 420,244 420,156',
      number: 11,
      numberAt: [500, 244],
      label: 'paced posts',
    },
    { way: 'record', points: '744,519 824,519', number: 12, label: 'log lines' },
  ],
};
