import type { Picture } from './drawing.ts';

const english = {
  title: 'The way of a registration and of a push',
  description:
    'Registration: a browser connects to API Gateway, which calls the register function; it notes in ' +
    'DynamoDB that the connection belongs to u1. Push: a backend posts to the push function, or sends a ' +
    'line over TCP to the text service, which posts it. The function looks u1 up in DynamoDB and posts ' +
    'to each of its connections; API Gateway sends the same JSON to each browser. The backend gets the ' +
    'answer: how many connections got it, were gone, or failed.',
  once: 'Once: a browser registers',
  eachPush: 'Each push, and its truthful answer',
  browsers: 'browsers',
  ofUid: 'of user u1',
  holdsSockets: ['holds the', 'WebSockets'],
  lambda: 'Lambda',
  whoIsWhere: ['who is', 'where'],
  backend: 'backend',
  languages: ['PHP, Node, Go,', 'Python, curl …'],
  textService: 'text service',
  optional: 'optional',
  registers: 'registers as u1',
  calls: 'calls',
  notes: 'notes it',
  overTcp: 'one line over TCP',
  looksUp: 'looks up',
  posts: 'to each connection of u1',
  sameJson: 'the same JSON',
  okOrFail: 'ok or fail',
  answer: 'answer',
};

type Words = typeof english;

const chinese: Words = {
  title: '注册和推送的过程',
  description:
    '注册：浏览器连接 API Gateway，API Gateway 调用 register 函数，函数' +
    '在 DynamoDB 里记录这个连接属于 u1。推送：后端用 HTTP 请求 push 函数，或者通' +
    '过 TCP 向文本服务发送一行，由它请求。函数在 DynamoDB 里查询 u1，向它的每个连接投递' +
    '；API Gateway 把同样的 JSON 发给每个浏览器。后端得到结果：多少个连接收到了，多少个' +
    '已断开，多少个失败。',
  once: '一次：浏览器注册',
  eachPush: '每次推送，以及真实的结果',
  browsers: '浏览器',
  ofUid: '用户 u1',
  holdsSockets: ['保持 WebSocket', '连接'],
  lambda: 'Lambda',
  whoIsWhere: ['谁在哪个', '连接上'],
  backend: '后端',
  languages: ['PHP、Node、Go、', 'Python、curl …'],
  textService: '文本服务',
  optional: '可选',
  registers: '注册为 u1',
  calls: '调用',
  notes: '记录',
  overTcp: 'TCP 上的一行',
  looksUp: '查询',
  posts: '投递到 u1 的每个连接',
  sameJson: '同样的 JSON',
  okOrFail: 'ok 或 fail',
  answer: '结果',
};

function flows(words: Words): Picture {
  return {
    size: [900, 460],
    title: words.title,
    description: words.description,
    headings: [
      { at: [20, 30], way: 'registration', text: words.once },
      { at: [20, 232], way: 'push', text: words.eachPush },
    ],
    boxes: [
      {
        at: [20, 54],
        size: [122, 96],
        kind: 'own',
        name: words.browsers,
        notes: [words.ofUid],
        isMany: true,
      },
      { at: [318, 46], size: [130, 104], kind: 'aws', name: 'API Gateway', notes: words.holdsSockets },
      { at: [566, 46], size: [120, 104], kind: 'aws', name: 'register', notes: [words.lambda] },
      { at: [772, 46], size: [108, 394], kind: 'table', name: 'DynamoDB', notes: words.whoIsWhere },
      { at: [20, 246], size: [130, 194], kind: 'own', name: words.backend, notes: words.languages },
      {
        at: [318, 352],
        size: [130, 88],
        kind: 'aws',
        name: words.textService,
        notes: [words.optional],
        isOptional: true,
      },
      { at: [566, 246], size: [120, 194], kind: 'aws', name: 'push', notes: [words.lambda] },
    ],
    arrows: [
      { way: 'registration', points: '150,74 318,74', number: 1, label: words.registers },
      { way: 'registration', points: '448,74 566,74', number: 2, label: words.calls },
      { way: 'registration', points: '686,74 772,74', number: 3, label: words.notes },
      {
        way: 'push',
        points: '150,280 566,280',
        number: 4,
        label: 'POST /push {"uid":"u1","hi":1}',
        isCode: true,
      },
      { way: 'push', points: '150,378 318,378', number: 4, label: words.overTcp },
      { way: 'push', points: '448,378 566,378', number: 4, label: 'HTTP' },
      { way: 'push', points: '686,280 772,280', number: 5, label: words.looksUp },
      {
        way: 'push',
        points: '626,246 626,198 383,198 383,150',
        number: 6,
        numberAt: [504, 198],
        label: words.posts,
      },
      { way: 'push', points: '318,124 142,124', number: 7, label: words.sameJson },
      {
        way: 'answer',
        points: '566,326 150,326',
        number: 8,
        label: '{"uid":"u1","delivered":2,"gone":0,"failed":0}',
        isCode: true,
      },
      { way: 'answer', points: '566,420 448,420', number: 8, label: words.answer },
      { way: 'answer', points: '318,420 150,420', number: 8, label: words.okOrFail },
    ],
  };
}

export const flowsInEnglish: Picture = flows(english);
export const flowsInChinese: Picture = flows(chinese);
