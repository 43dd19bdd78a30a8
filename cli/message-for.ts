import { parseMessage } from '../protocol/message.ts';
import { isRefusal, RefusalCode } from '../protocol/refusal.ts';
import { encodeUtf8 } from '../protocol/utf8.ts';

/**
 * The message to `uid` whose content is `json`, an object with or without its uid. The text stays as it was written: a
 * `uid` member is put before the others.
 */
export function messageFor(uid: string, json: string): { text: string } | { problem: string } {
  const parsed = parseMessage(encodeUtf8(json));
  if (!isRefusal(parsed)) {
    return parsed.uid === uid ? { text: json } : { problem: 'the message has another uid in it' };
  }
  if (parsed.code !== RefusalCode.unusableUid) return { problem: parsed.detail };
  const members: object = JSON.parse(json);
  if (Object.hasOwn(members, 'uid')) return { problem: parsed.detail };
  const separator = Object.keys(members).length > 0 ? ',' : '';
  const text = json.replace('{', () => `{"uid":${JSON.stringify(uid)}${separator}`);
  const complete = parseMessage(encodeUtf8(text));
  return isRefusal(complete) ? { problem: complete.detail } : { text };
}
