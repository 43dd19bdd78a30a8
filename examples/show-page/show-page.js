import { readAddresses } from './addresses.js';
import { Browsers } from './browsers.js';
import { hasPresence } from './friends.js';
import { hasGroups } from './group.js';
import { translatePage, words } from './language.js';
import { Online } from './online.js';
import { PushForm } from './push-form.js';

const query = new URLSearchParams(location.search);

translatePage(element('language'));
try {
  await startPage(await readAddresses(query));
} catch (error) {
  showNotice(words.noAddresses(error.message));
}

async function startPage(addresses) {
  showAddresses(addresses);
  const pushForm = new PushForm(element('backend'), addresses);
  const online = new Online(element('online'), addresses.PushUrl, {
    onChoose: (uid) => pushForm.address(uid),
  });
  const browsers = new Browsers(element('browsers'), element('arrivals'), addresses, {
    onChange: () => void online.refresh(),
    onRegister: (uid) => pushForm.address(uid),
    onDevices: (devices) => pushForm.offer(devices),
  });
  element('add').addEventListener('click', () => browsers.add().focus());
  // Until here a submitted form would have loaded the page anew.
  document.querySelector('main').inert = false;
  const credentials = credentialsFor(addresses);
  if (addresses.identity === 'claimed' && credentials[0]) pushForm.address(credentials[0]);
  for (const credential of credentials) browsers.add(credential);
  const [isGrouped, isPresent] = await Promise.all([
    hasGroups(addresses.PushUrl),
    hasPresence(addresses.PushUrl),
  ]);
  if (isPresent) browsers.offerFriends();
  if (!isGrouped) return;
  pushForm.offerGroup();
  browsers.offerGroup();
}

/** One for each browser that the page starts with. With an empty one a browser waits for a person to register it. */
function credentialsFor({ identity }) {
  const named = query.getAll(identity === 'claimed' ? 'uid' : 'token');
  if (named.length > 0) return named;
  // A push to u1 must reach both of its browsers, and not the third.
  return identity === 'claimed' ? ['u1', 'u1', 'u2'] : [''];
}

function showAddresses({ WebSocketUrl, PushUrl, TextEndpoint }) {
  element('web-socket-url').textContent = WebSocketUrl;
  element('push-url').textContent = PushUrl ?? '–';
  element('text-endpoint').textContent = TextEndpoint ?? '–';
}

function showNotice(text) {
  element('notice').hidden = false;
  element('notice').textContent = text;
}

function element(id) {
  return document.getElementById(id);
}
