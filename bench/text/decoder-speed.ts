import { LineDecoder } from '../../protocol/line-decoder.ts';

/** As a socket hands it over. */
const chunkBytes = 65_536;
const line = `${JSON.stringify({ uid: 'u1', text: 'x'.repeat(74) })}\n`;

/** Lines of 100 bytes that the decoder cuts out of a stream in a second. */
export function decodedLinesPerSecond(lines: number): number {
  const stream = Buffer.from(line.repeat(lines));
  const decoder = new LineDecoder();
  let decoded = 0;
  const start = performance.now();
  for (let place = 0; place < stream.length; place += chunkBytes) {
    for (const _line of decoder.push(stream.subarray(place, place + chunkBytes))) decoded++;
  }
  const seconds = (performance.now() - start) / 1_000;
  if (decoded !== lines) throw new Error(`The decoder found ${decoded} of ${lines} lines.`);
  return decoded / seconds;
}
