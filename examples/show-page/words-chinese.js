/** The words of `index.html`, by their `data-words` and `data-label`. */
export const pageInChinese = {
  promise: '后端向一个 uid 推送，以这个 uid 注册的每个浏览器随即收到。',
  backend: '后端',
  to: '目标 uid',
  store: '存储秒数',
  except: '除外',
  message: '消息（JSON 对象）',
  example: '{\n  "title": "您的订单已发货",\n  "order": 9007199254740993\n}',
  push: '推送',
  toGroup: '推送给群组',
  broadcast: '推送给所有人',
  nothingPushed: '还没有推送。',
  online: '在线',
  shell: '用命令行推送',
  add: '添加浏览器',
  register: '注册',
  messages: '消息',
  noMessages: '还没有',
  messagesLabel: '消息，最新的在最前',
  emptyInbox: '推送给这个 uid 的消息，一到达就显示在这里。',
  kick: '踢下线',
  inGroup: '在群组中',
  friends: '其他用户',
};

/** What the page says in Chinese while it is used. */
export const chinese = {
  noAddresses: (reason) =>
    `没有堆栈的地址（${reason}）。请用 “npm start” 启动堆栈，在它的地址打开本页面；\
或者在本页面的地址里写明堆栈：?url=wss://…&push=https://…`,

  browser: (number) => `浏览器 ${number}`,
  remove: (name) => `移除${name}`,
  credential: { claimed: 'uid', token: '令牌' },
  register: '注册',
  leave: '离开',
  kicked: ({ ended, failed }) => `已断开 ${ended} 个，失败 ${failed} 个。`,

  connecting: '正在连接…',
  registeredAs: (uid) => `已注册为 ${uid}`,
  notRegistered: '未注册',
  nextTry: (time) => `下次重试：${time}`,
  sentence: (text) => `${text}。`,
  because: (text, reason) => `${text}（${reason}）。`,
  notAuthorised: (code) => `未通过认证（${code}）`,
  endings: { disconnected: '已被后端踢下线', replaced: '已被较新的连接取代' },
  otherTrouble: '故障',
  troubles: {
    'credential-failed': '没有可用的凭证',
    unreachable: '网络故障：无法连接服务',
    'connection-lost': '连接已断开',
    'no-answer': '网络故障：没有响应',
    unavailable: '服务出现故障',
    'not-registered': '服务里已经没有这个连接的注册',
    'token-expired': '令牌已过期',
    'token-not-yet-valid': '令牌尚未生效',
  },

  noMessages: '还没有',
  arrived: (count) => `收到 ${count} 条`,
  arrivedAndShown: (count, shown) => `收到 ${count} 条，显示最新的 ${shown} 条`,
  bytes: (count) => `${count} 字节`,
  storedAs: (seq) => `存储序号 ${seq}`,
  gap: '有存储的消息在显示之前已经过期。',

  cameAt: (uid, time) => `${uid} 于 ${time} 上线`,
  leftAt: (uid, time) => `${uid} 于 ${time} 离线`,
  neverCame: (uid) => `${uid} 还没有上线过`,
  afterGrace: '离开后过一段宽限期（默认 15 秒）才显示为离线；在此期间回来则不算离开。',

  nobodyOnline: '没有人',
  theFirst: (count) => `前 ${count} 个`,
  pushTo: (uid) => `推送给 ${uid}`,

  nobodyRegistered: (uid) => `没有浏览器注册为 ${uid}。`,
  nobodyInGroup: '群组里没有人。',
  deliveredTo: (counts) => `${tried(counts)}。`,
  wasStored: (seq, rest) => `已存储，序号 ${seq}。${rest}`,
  broadcastRunning: (counts) => `到目前为止：${tried(counts)}…`,
  broadcastFinished: (counts) => `广播完成。${tried(counts)}。`,
  took: (milliseconds) => `${milliseconds} 毫秒`,

  noPushUrl: '本页面不知道推送地址：请在页面地址后加上 &push=…。',
  noAnswer: (seconds) => `${seconds} 秒内没有响应。`,
  unreadable: (status) => `无法读取响应（HTTP ${status}）。`,
  unreachable: '无法连接推送地址。堆栈在运行吗？',
  answered: (status) => `推送地址返回 HTTP ${status}。`,
  refused: (status, reason) => `被拒绝（HTTP ${status}）：${reason}。`,
  noPushUrlForShell: '本页面不知道推送地址。',
  noTextEndpoint: '这个堆栈没有文本端点。',
};

function tried({ delivered, gone, failed, excluded = 0 }) {
  const parts = [delivered === 0 ? '没有送达任何连接' : `已送达 ${delivered} 个连接`];
  if (gone > 0) parts.push(`${gone} 个已断开`);
  if (failed > 0) parts.push(`${failed} 个失败`);
  if (excluded > 0) parts.push(`排除 ${excluded} 个`);
  return parts.join('，');
}
