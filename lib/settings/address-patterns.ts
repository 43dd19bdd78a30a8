export function isHostName(name: string): boolean {
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  return name.length <= 253 && new RegExp(`^(${label}\\.)+${label}$`).test(name);
}

export function isPath(path: string): boolean {
  const level = "[\\w$.+!*'()-]+";
  return path.length <= 300 && new RegExp(`^${level}(/${level})*$`).test(path);
}

/** https://github.com/distribution/reference/blob/main/reference.go */
export function isImage(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9._:/-]*?(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.test(name) && /[:@]/.test(name)
  );
}

/** `fetch` refuses an address with a user name or a password in it. */
export function isHttps(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return protocol === 'https:' && username === '' && password === '';
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EventBus.html (Arn) */
export function isEventBusArn(arn: string): boolean {
  return /^arn:[^:]+:events:[^:]+:\d{12}:event-bus\/[\w./-]+$/.test(arn);
}

/** Where events may be posted: by https, or in the clear to this machine. */
export function isWebhook(address: string): boolean {
  if (isHttps(address)) return true;
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return protocol === 'http:' && isHere && username === '' && password === '';
}
