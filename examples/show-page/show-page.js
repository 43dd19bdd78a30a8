import { readAddresses } from './addresses.js';
import { BrowserPanel } from './browser-panel.js';
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
  const panel = new BrowserPanel(element('browser'), addresses.WebSocketUrl, {
    onRegister: (uid) => pushForm.address(uid),
  });
  // Until here a submitted form would have loaded the page anew.
  document.querySelector('main').inert = false;
  if (query.get('uid')) panel.register(query.get('uid'));
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
