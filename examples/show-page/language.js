import { chinese, pageInChinese } from './words-chinese.js';
import { english } from './words-english.js';

const asked = new URLSearchParams(location.search).get('lang');
const isChinese = /^zh\b/i.test(asked ?? navigator.language);

/** The words that change while the page is used. Those that do not are in `index.html`. */
export const words = isChinese ? chinese : english;

/** For numbers and times. @default the browser's */
export const locale = isChinese ? 'zh-CN' : undefined;

/** Puts the page and its templates into its language, and points `link` to the page in the other one. */
export function translatePage(link) {
  link.href = addressIn(isChinese ? 'en' : 'zh');
  if (!isChinese) return;
  document.documentElement.lang = 'zh-CN';
  link.lang = 'en';
  link.textContent = 'English';
  const templates = Array.from(document.querySelectorAll('template'), ({ content }) => content);
  for (const root of [document, ...templates]) {
    for (const element of root.querySelectorAll('[data-words]')) {
      element.textContent = pageInChinese[element.dataset.words];
    }
    for (const element of root.querySelectorAll('[data-label]')) {
      element.setAttribute('aria-label', pageInChinese[element.dataset.label]);
    }
  }
}

/** This page's address, with the uids or the stack that it names. */
function addressIn(language) {
  const query = new URLSearchParams(location.search);
  query.set('lang', language);
  return `?${query}`;
}
