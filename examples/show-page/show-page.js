import { readAddresses } from './addresses.js';
import { Browsers } from './browsers.js';
import { Online } from './online.js';
import { PushForm } from './push-form.js';

const query = new URLSearchParams(location.search);

try {
  startPage(await readAddresses(query));
} catch (error) {
  showNotice(`The stack’s addresses are missing (${error.message}). Start the stack with “npm start” and open the \
page there, or name the stack in this page’s address: ?url=wss://…&push=https://…`);
}

function startPage(addresses) {
  showAddresses(addresses);
  const pushForm = new PushForm(element('backend'), addresses);
  const online = new Online(element('online'), addresses.PushUrl, {
    onChoose: (uid) => pushForm.address(uid),
  });
  const browsers = new Browsers(element('browsers'), element('browser'), addresses, {
    onRegister: (uid) => {
      pushForm.address(uid);
      void online.refresh();
    },
  });
  element('add').addEventListener('click', () => browsers.add().focus());
  // Until here a submitted form would have loaded the page anew.
  document.querySelector('main').inert = false;
  const credentials = query.getAll(addresses.identity === 'claimed' ? 'uid' : 'token');
  for (const credential of credentials) browsers.add(credential);
  if (credentials.length === 0) browsers.add();
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
