import { writeFile } from 'node:fs/promises';
import { start } from '../../local/start.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { runCommand } from '../../terminal/run-command.ts';
import { launchChromium } from '../support/chromium.ts';
import { drawings } from './drawings.ts';
import { showPagePicture, showPageViews } from './show-page.ts';

const images = new URL('../../docs/images/', import.meta.url);

/** `npm run pictures`: writes the documents' pictures, those of the show page from a stack that it starts. */
async function main(): Promise<ExitCode> {
  for (const [name, svg] of Object.entries(drawings)) await writeFile(new URL(name, images), svg);
  const anyPorts = { host: '127.0.0.1', webSocketPort: 0, textPort: 0, httpPort: 0 };
  const stack = await start({ ...anyPorts, identity: 'claimed' });
  try {
    const browser = await launchChromium();
    try {
      for (const [name, view] of Object.entries(showPageViews)) {
        await writeFile(new URL(name, images), await showPagePicture(browser, stack.outputs.PageUrl, view));
      }
    } finally {
      await browser.close();
    }
  } finally {
    await stack.stop();
  }
  return ExitCode.done;
}

await runCommand('pictures', main);
